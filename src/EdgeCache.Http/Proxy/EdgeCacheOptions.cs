using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeCache.Http.AccessLog;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Http;

/// <summary>Appends an invalidation to the zone's log after raising the local floor; the position, or null when it is only queued (PLANE.md 15).</summary>
public delegate ValueTask<Position?> InvalidationAppender(ZoneState zone, IReadOnlyCollection<Selector> selectors, CancellationToken cancellation);

/// <summary>
/// A record as its primary has it now (null: none), with a position that the primary's log had reached by then. Throws when the primary cannot be reached.
/// </summary>
public delegate ValueTask<(Record? Record, Position Position)> PrimaryRead(ZoneName zone, RecordKey key, CancellationToken cancellation);

/// <summary>How an edge caches. Read once at start.</summary>
public sealed class EdgeCacheOptions : IValidatableObject
{
    /// <summary>The node's name in <c>Cache-Status</c>, <c>Via</c> and <c>CDN-Loop</c>: a token that begins with a letter.</summary>
    [Required]
    public string NodeName { get; set; } = "edge";

    /// <summary>Bytes for stored responses in all.</summary>
    [Range(1 << 20, 60L << 30)]
    public long MemoryBytes { get; set; } = 256L << 20;

    /// <summary>Largest stored body; 0: a sixteenth of <see cref="MemoryBytes"/>.</summary>
    [Range(0, 60L << 30)]
    public long MaxObjectBytes { get; set; }

    /// <summary>Answer <c>/.well-known/edgecache/records/…</c>.</summary>
    public bool RecordLookups { get; set; } = true;

    /// <summary>Seconds for which a missing record may be remembered downstream.</summary>
    [Range(0, 3600)]
    public int NegativeTtl { get; set; } = 5;

    /// <summary>A file with cache rules, followed while the edge runs; null: the standard alone.</summary>
    public string? RoutesFile { get; set; }

    /// <summary>Paths, each with its leading slash, that the application's own middleware before the cache answers: they always go through its pipeline.</summary>
    public IList<string> OwnPaths { get; } = [];

    /// <summary>Networks that may use the PURGE method; none: 405.</summary>
    public IList<IPNetwork> PurgeFrom { get; } = [];

    /// <summary>The upstream is a tier of this cache: floors travel to it and positions back (PLANE.md 8).</summary>
    public bool UpstreamIsTier { get; set; }

    /// <summary>The application behind a tier, asked directly while the tier cannot be reached; null: then such requests fail.</summary>
    public Uri? DirectUpstream { get; set; }

    /// <summary>Networks of lower tiers whose <c>Edge-Floor</c> is honoured.</summary>
    public IList<IPNetwork> LowerTiers { get; } = [];

    /// <summary>How long a connection to the upstream may take to open.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the upstream may take to begin its answer to a shared request.</summary>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a shared body may pause.</summary>
    public TimeSpan BodyIdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// After a zone had to be read anew: most fetches a second, of all edges on the store together, with which pages that are possibly old are settled (PLANE.md 6). Each edge takes its share. What
    /// readers above <c>eventual</c> ask for meanwhile is paid from it and never held up.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ValidationRate { get; set; } = 200;

    /// <summary>How long "uncacheable" is remembered, so that requests for it do not queue.</summary>
    public TimeSpan PassFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request waits for one fresh poll, or for a lower tier's position (PLANE.md 8, 19).</summary>
    public TimeSpan PlaneWait { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Signs and reads session tokens; null: clients get none, and what they send is not looked at.</summary>
    public SessionTokens? Tokens { get; set; }

    /// <summary>Name of the cookie that carries the token too; null: none.</summary>
    public string? SessionCookie { get; set; }

    /// <summary>Reads a record where it was written; null: there is no primary but this node.</summary>
    public PrimaryRead? ReadPrimary { get; set; }

    /// <summary>Takes invalidations to the log; without it they stay on this node.</summary>
    public InvalidationAppender? Invalidate { get; set; }

    /// <summary>Takes one line for each answer; null: no access log, and no cost of one.</summary>
    public AccessSink? AccessLog { get; set; }

    /// <summary>How the lines of <see cref="AccessLog"/> are written.</summary>
    public AccessLogFormat AccessLogFormat { get; set; }

    /// <summary>What there is of the first permit at the start, of [0, 1): chance.</summary>
    internal double FirstPermit { get; set; }

#if DEBUG
    /// <summary>Test builds only: whatever the origin says, entries stay fresh for a day, to show that a gate notices.</summary>
    public bool IgnoresLifetimes { get; set; }

    /// <summary>Test builds only: neither level nor token of a request is looked at.</summary>
    public bool IgnoresLevels { get; set; }
#endif

    /// <summary>Told of each answer that was fetched because a floor had risen over a stored one. Must not block.</summary>
    public Action<RenewedAnswer>? Renewed { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!CacheStatus.IsName(NodeName))
        {
            yield return new($"{nameof(NodeName)} '{NodeName}' must be a token that begins with a letter, at most 64 characters.", [nameof(NodeName)]);
        }

        if (ConnectTimeout <= TimeSpan.Zero || HeadTimeout <= TimeSpan.Zero || BodyIdleTimeout <= TimeSpan.Zero)
        {
            yield return new("time-outs must be greater than zero.", [nameof(ConnectTimeout), nameof(HeadTimeout), nameof(BodyIdleTimeout)]);
        }
    }
}
