using EdgeCache.Dns.Cache;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Keeps the floors of followed zones few: from a generation on, what lies below a floor is freed, the rest is lifted, and then the floors go (PLANE.md 13).
/// Runs now and then on a timer. Thread-safe.
/// </summary>
internal sealed class CacheSweep : IDisposable
{
    /// <summary>Fewer floors than this cost nothing worth a walk.</summary>
    public const int FewFloors = 1_024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly DnsCache _cache;
    private readonly FollowedApexes _zones;
    private readonly ITimer _timer;
    private int _isRunning;

    public CacheSweep(DnsCache cache, FollowedApexes zones, TimeProvider time)
    {
        _cache = cache;
        _zones = zones;
        _timer = time.CreateTimer(static sweep => ((CacheSweep)sweep!).Run(), this, Interval, Interval); // The state is this.
    }

    public void Run()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
        {
            return;
        }

        try
        {
            (FollowedApex Zone, long Through)[] full = [.. _zones.All.Where(static z => z.State.Floors.Count >= FewFloors).Select(static z => (z, z.State.Floors.Generation))];
            if (full.Length > 0)
            {
                _cache.RemoveWhere(static e => e.Marks is { IsCurrent: false } marks && Freshness.Check(e, marks) != FreshnessVerdict.Fresh);
                foreach ((FollowedApex zone, long through) in full)
                {
                    zone.State.Floors.Forget(through);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    public void Dispose() => _timer.Dispose();
}
