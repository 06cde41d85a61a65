using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Cache;

/// <summary>The zones of a follower by apex. Made anew when the follower's map changes; zones that stay keep their object. Thread-safe.</summary>
internal sealed class FollowedApexes
{
    private readonly IFollower _follower;
    private readonly bool _isPush;
    private readonly Lock _refreshing = new();
    private volatile Snapshot _current;

    /// <param name="follower">Who follows the log.</param>
    /// <param name="isPush">False: this resolver waits for TTLs whatever the zones' policies say, and only purges reach it.</param>
    public FollowedApexes(IFollower follower, bool isPush)
    {
        _follower = follower;
        _isPush = isPush;
        _current = new Snapshot(null, []);
        Refresh();
    }

    /// <summary>
    /// Called when zones have come that were not followed before: what the cache learnt of their names until then is marked by a zone above, whose floors do not rise for theirs.
    /// </summary>
    public Action? OnArrived { get; set; }

    public IFollower Follower => _follower;

    public IEnumerable<FollowedApex> All => Current.Zones.Values;

    private Snapshot Current => ReferenceEquals(_current.Map, _follower.Zones) ? _current : Refresh();

    /// <summary>The followed zone with the longest apex at or above a name; the zone <c>default</c> covers what no other does.</summary>
    public FollowedApex? Find(DomainName name)
    {
        Dictionary<DomainName, FollowedApex> zones = Current.Zones;
        for (DomainName rest = name; ; rest = rest.Parent)
        {
            if (zones.TryGetValue(rest, out FollowedApex? zone))
            {
                return zone;
            }

            if (rest.IsRoot)
            {
                return null;
            }
        }
    }

    /// <summary>Called with each query: one comparison unless zones came or went.</summary>
    public void Watch() => _ = Current;

    /// <summary>Whether an entry is marked by the zone its name belongs to now.</summary>
    public bool IsMarkedRightly(CachedEntry entry) => ReferenceEquals(entry.Marks?.Zone, Find(DomainName.FromWire(entry.Name)));

    private Snapshot Refresh()
    {
        Snapshot next = Refresh(out bool hasArrived);
        if (hasArrived)
        {
            OnArrived?.Invoke();
        }

        return next;
    }

    private Snapshot Refresh(out bool hasArrived)
    {
        lock (_refreshing)
        {
            ZoneMap map = _follower.Zones;
            hasArrived = false;
            if (ReferenceEquals(map, _current.Map))
            {
                return _current;
            }

            var next = new Dictionary<DomainName, FollowedApex>();

            // Before the zones are known, any name may be one of a zone that pushes: without the log it is kept for the degraded TTL at most.
            // The zone default stands for all names; a zone "." has the same apex and lies below it.
            var fallback = Keep(map.Fallback, DomainName.Root, null, mayPush: _isPush && !map.IsKnown);
            next[DomainName.Root] = fallback;
            foreach ((ZoneState state, DomainName apex) in Ordered(map))
            {
                FollowedApex? above = next.GetValueOrDefault(apex);
                for (DomainName rest = apex; above is null; rest = rest.Parent)
                {
                    above = next.GetValueOrDefault(rest.Parent);
                }

                next[apex] = Keep(state, apex, above, _isPush);
            }

            var kept = new HashSet<FollowedApex>(next.Values) { fallback };
            foreach (FollowedApex old in _current.Zones.Values.Where(z => !kept.Contains(z)))
            {
                old.IsRetired = true;
            }

            hasArrived = next.Keys.Any(apex => !_current.Zones.ContainsKey(apex));
            return _current = new Snapshot(map, next);
        }
    }

    private static IEnumerable<(ZoneState State, DomainName Apex)> Ordered(ZoneMap map)
    {
        var zones = new List<(ZoneState, DomainName)>();
        foreach (ZoneState state in map.All)
        {
            if (state.Zone != ZoneName.Default && DomainName.TryParse(state.Zone.Value, out DomainName apex))
            {
                zones.Add((state, apex));
            }
        }

        return zones.OrderBy(static z => z.Item2.Labels);
    }

    private FollowedApex Keep(ZoneState state, DomainName apex, FollowedApex? above, bool mayPush)
    {
        for (FollowedApex? old = _current.Zones.GetValueOrDefault(apex); old is not null; old = old.Above)
        {
            if (ReferenceEquals(old.State, state) && ReferenceEquals(old.Above, above) && old.MayPush == mayPush)
            {
                return old;
            }
        }

        return new FollowedApex(state, apex, above, mayPush);
    }

    private sealed record Snapshot(ZoneMap? Map, Dictionary<DomainName, FollowedApex> Zones);
}
