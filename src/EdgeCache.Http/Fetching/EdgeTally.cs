using System.Collections.Concurrent;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;

namespace EdgeCache.Http.Fetching;

/// <summary>Counts since the start. Thread-safe.</summary>
internal sealed class EdgeTally
{
    private readonly ConcurrentDictionary<ZoneName, ZoneTally> _zones = new();
    private long _upstreamFailures;
    private long _refused;
    private long _unstatedTier;
    private long _tierFallbacks;
    private long _timeouts;

    /// <summary>Zones that pages were asked of, as many as the directory has had.</summary>
    public IEnumerable<KeyValuePair<ZoneName, ZoneTally>> Zones => _zones;

    /// <summary>Answers from the store.</summary>
    public long Hits => Sum(static z => z.Hits);

    /// <summary>Requests to the upstream that may be stored.</summary>
    public long Fills => Sum(static z => z.Fills);

    /// <summary>Requests that joined another's fill.</summary>
    public long Collapsed => Sum(static z => z.Collapsed);

    /// <summary>Requests passed through.</summary>
    public long Passes => Sum(static z => z.Passes);

    /// <summary>Stale answers.</summary>
    public long Stale => Sum(static z => z.Stale);

    /// <summary>Upstream failures.</summary>
    public long UpstreamFailures => Volatile.Read(ref _upstreamFailures);

    /// <summary>Requests refused for what they are.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Answers of an upstream tier that stated no position (PLANE.md 8).</summary>
    public long UnstatedTier => Volatile.Read(ref _unstatedTier);

    /// <summary>Requests that went past a tier that could not be reached.</summary>
    public long TierFallbacks => Volatile.Read(ref _tierFallbacks);

    /// <summary>Clients that were too slow to ask or to take their answer.</summary>
    public long Timeouts => Volatile.Read(ref _timeouts);

    /// <summary>The counts of a zone.</summary>
    public ZoneTally For(ZoneState zone) => _zones.GetOrAdd(zone.Zone, static _ => new ZoneTally());

    /// <summary>Counts an upstream failure.</summary>
    public void CountUpstreamFailure() => Interlocked.Increment(ref _upstreamFailures);

    /// <summary>Counts a refusal.</summary>
    public void CountRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Counts a client that was too slow.</summary>
    public void CountTimeout() => Interlocked.Increment(ref _timeouts);

    /// <summary>Counts an unstated position.</summary>
    public void CountUnstatedTier() => Interlocked.Increment(ref _unstatedTier);

    /// <summary>Counts a request past the tier.</summary>
    public void CountTierFallback() => Interlocked.Increment(ref _tierFallbacks);

    private long Sum(Func<ZoneTally, long> count) => _zones.Values.Sum(count);
}
