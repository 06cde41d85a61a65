using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>A tombstone is gone the moment its grace is over, whenever a sweep removes it. Pure.</summary>
internal static class Tombstones
{
    /// <summary>The record as a reader at <paramref name="now"/> (store's clock, Unix milliseconds) is told of it; null when its grace is over.</summary>
    public static Record? At(this Record? record, ZonePolicy policy, long now) =>
        record is { IsDeleted: true } && record.CommittedAt < now - (long)policy.TombstoneGrace.TotalMilliseconds ? null : record;
}
