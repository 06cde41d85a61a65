using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// A tombstone is gone the moment its grace is over and every region that this one takes entries from has passed it, whenever a sweep removes it (PLANE.md 26). Pure.
/// </summary>
internal static class Tombstones
{
    /// <summary>Tombstones committed before this (store's clock, Unix milliseconds) are gone at <paramref name="now"/>.</summary>
    public static long GoneBefore(ZonePolicy policy, IEnumerable<PeerRegion> peers, long now) =>
        peers.Aggregate(now - (long)policy.TombstoneGrace.TotalMilliseconds, (least, peer) => Math.Min(least, peer.Through));

    /// <summary>The record as a reader is told of it; null when it is a tombstone from before <paramref name="goneBefore"/>.</summary>
    public static Record? At(this Record? record, long goneBefore) => record is { IsDeleted: true } && record.CommittedAt < goneBefore ? null : record;
}
