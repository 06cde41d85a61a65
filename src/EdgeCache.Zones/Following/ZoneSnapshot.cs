using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>A zone as read anew: its records at a position, and the floors of the entries between the head the reading began at and that position. <see cref="Stamp"/> is of the read that reached it.</summary>
internal sealed record ZoneSnapshot(
    Epoch Epoch,
    long Serial,
    ulong Nonce,
    uint SoaSerial,
    ImmutableDictionary<RecordKey, Record> Records,
    ImmutableArray<FloorRise> Rises,
    ImmutableArray<Settlement> Settlements,
    PollStamp Stamp)
{
    /// <summary>Per other region: the last of its entries up to the position.</summary>
    public IReadOnlyList<OriginStamp> Vector { get; init; } = [];

    /// <summary>The process of the store that answered all of it (<see cref="Stores.ShardRead.RunId"/>).</summary>
    public string RunId { get; init; } = "";

    /// <summary>All that was purged by entries from here on is among <see cref="Rises"/>.</summary>
    public long KnownFrom { get; init; }

    /// <summary>See <see cref="Stores.ZoneRead.EpochAge"/>.</summary>
    public TimeSpan? EpochAge { get; init; }
}
