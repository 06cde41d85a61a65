using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>What one log entry does to a follower: the records after it, the floors it raises, and the floors to raise again later (PLANE.md 7).</summary>
internal sealed record EntryEffect(
    ImmutableDictionary<RecordKey, Record> Records,
    ImmutableArray<FloorRise> Rises,
    ImmutableArray<Settlement> Settlements);

/// <summary>Floors that rise again once <paramref name="After"/> has passed, because what was filled until then may come from a replica that had not caught up.</summary>
internal sealed record Settlement(TimeSpan After, ImmutableArray<FloorRise> Rises);
