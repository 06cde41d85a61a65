using EdgeCache.Http.AccessLog;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Fetching;

/// <summary>What everything on one edge shares. Thread-safe.</summary>
internal sealed class EdgeNode(EdgeCacheOptions options, IFollower follower, TimeProvider time, RouteRules routes, ResponseStore store)
{
    /// <summary>Options.</summary>
    public EdgeCacheOptions Options => options;

    /// <summary>Name in Cache-Status.</summary>
    public string Name => options.NodeName;

    /// <summary>The plane.</summary>
    public IFollower Follower => follower;

    /// <summary>Clocks.</summary>
    public TimeProvider Time => time;

    /// <summary>Routes in force.</summary>
    public RouteRules Routes => routes;

    /// <summary>Stored responses.</summary>
    public ResponseStore Store => store;

    /// <summary>Names of selecting fields.</summary>
    public FieldNames Names { get; } = new();

    /// <summary>Texts of the hit path.</summary>
    public StatusTexts Texts { get; } = new(options.NodeName);

    /// <summary>Fills under way.</summary>
    public Coalescer Fills { get; } = new();

    /// <summary>Invalidations of this node's own.</summary>
    public OwnChanges OwnChanges { get; } = new();

    /// <summary>What is possibly old.</summary>
    public Doubts Doubts { get; } = new(options, follower, time);

    /// <summary>What happened.</summary>
    public EdgeTally Tally { get; } = new();

    /// <summary>Answers that wait for their clients.</summary>
    public HeldAnswers Held { get; } = new(time);

    /// <summary>The access log; null: none.</summary>
    public AccessJournal? Access { get; } = options.AccessLog is { } sink ? new AccessJournal(sink, options.AccessLogFormat, options.NodeName, time) : null;

    /// <summary>The zone that owns the host of a target, in its normal form: key, selectors and zone never mean different hosts.</summary>
    public ZoneState ZoneOf(in RequestTarget target)
    {
        Span<char> host = target.Host.Length <= 256 ? stackalloc char[256] : new char[target.Host.Length];
        return follower.Zones.ForHost(host[..System.Text.Encoding.ASCII.GetChars(target.Host, host)]);
    }

    /// <summary>Monotone milliseconds.</summary>
    public long Now => time.Milliseconds();

    /// <summary>Unix seconds of the wall clock.</summary>
    public long NowSeconds => time.GetUtcNow().ToUnixTimeSeconds();
}
