using System.Collections.Frozen;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Following;

/// <summary>The zones of one follower: built from the directory, kept over its changes, mapped by host. One writer; readers never lock.</summary>
internal sealed class FollowedZones
{
    private readonly FollowerParts _parts;
    private readonly Func<ZoneState, FollowedZone> _follow;
    private volatile FrozenDictionary<ZoneName, FollowedZone> _byName;
    private volatile ZoneMap _map;
    private IReadOnlyList<ZoneDefinition> _definitions = [];
    private string _id = "";

    public FollowedZones(FollowerParts parts, Func<ZoneState, FollowedZone> follow)
    {
        _parts = parts;
        _follow = follow;
        var fallback = follow(NewState(ZoneName.Default, ZonePolicy.Standard));
        _byName = new Dictionary<ZoneName, FollowedZone> { [ZoneName.Default] = fallback }.ToFrozenDictionary();
        _map = new ZoneMap([], fallback.State) { IsKnown = false };
    }

    public ZoneMap Map => _map;

    public IReadOnlyCollection<FollowedZone> All => _byName.Values;

    /// <summary>Version of the directory they were built from; 0 before the first.</summary>
    public long Version { get; private set; }

    public FollowedZone? Find(ZoneName zone) => _byName.GetValueOrDefault(zone);

    /// <summary>Zones of one shard.</summary>
    public FollowedZone[] OfShard(int shard) => [.. _byName.Values.Where(z => z.State.Zone.Shard == shard).OrderBy(z => z.State.Zone.Value, StringComparer.Ordinal)];

    /// <summary>Takes over a directory; false when it is the known one.</summary>
    public bool Take(ZoneDirectory directory)
    {
        // A directory that is empty is one that was lost: followers go on with what they know until somebody restores it.
        // One that was restored, or is another's, may count its versions from the start, so the number alone does not say that it is the known one.
        var isKnown = directory.Version == Version && directory.Id == _id && directory.Zones.Select(d => d.Zone).SequenceEqual(_definitions.Select(d => d.Zone));
        if (isKnown || (directory.Zones.Count == 0 && Version != 0))
        {
            return false;
        }

        var definitions = directory.Zones;
        var gaining = DirectoryPlan.Gaining(_definitions, definitions);
        var next = new Dictionary<ZoneName, FollowedZone>();
        foreach (var definition in definitions)
        {
            next[definition.Zone] = Carry(definition, gaining.Contains(definition.Zone));
        }

        if (!next.TryGetValue(ZoneName.Default, out var fallback))
        {
            fallback = Carry(new ZoneDefinition(ZoneName.Default, ZonePolicy.Standard), gaining.Contains(ZoneName.Default));
            next[ZoneName.Default] = fallback;
        }

        _definitions = definitions;
        _id = directory.Id;
        Version = directory.Version;
        _byName = next.ToFrozenDictionary();
        _map = new ZoneMap([.. next.Values.Select(z => z.State)], fallback.State);
        return true;
    }

    private FollowedZone Carry(ZoneDefinition definition, bool gains)
    {
        if (_byName.GetValueOrDefault(definition.Zone) is not { } known)
        {
            return _follow(NewState(definition.Zone, definition.Policy));
        }

        if (gains)
        {
            known.Reincarnate(NewState(definition.Zone, definition.Policy));
            known.State.NoteApplied(known.State.View.Position, _parts.Time.GetTimestamp());
        }
        else
        {
            known.State.SetPolicy(definition.Policy);
        }

        return known;
    }

    private ZoneState NewState(ZoneName zone, ZonePolicy policy) =>
        new(zone, ZoneState.NextId(), _parts.Jitter.NextSeed(), policy, _parts.Time.TimestampFrequency);
}
