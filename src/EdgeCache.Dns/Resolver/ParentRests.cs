using System.Collections.Concurrent;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Which delegations were asked for again because their servers fail: a while passes before the parent is asked once more (RFC 4697 §2.2.1), however many names
/// of the zone are wanted. Bounded. Thread-safe.
/// </summary>
internal sealed class ParentRests
{
    private readonly ConcurrentDictionary<DomainName, long> _until = new();
    private readonly CacheClock _clock;

    public ParentRests(CacheClock clock) => _clock = clock;

    /// <summary>True for one who may ask now.</summary>
    public bool TryAsk(DomainName zone)
    {
        long now = _clock.Now;
        if (_until.Count >= ResolverLimits.MaxServersRemembered)
        {
            _until.Clear();
        }

        return _until.TryGetValue(zone, out long until)
            ? until <= now && _until.TryUpdate(zone, now + ResolverLimits.ParentRest, until)
            : _until.TryAdd(zone, now + ResolverLimits.ParentRest);
    }
}
