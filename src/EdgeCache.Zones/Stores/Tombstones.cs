using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// A tombstone is gone the moment its grace is over and every region that this one takes entries from has passed it, whenever a sweep removes it (PLANE.md 26). The clock of who deleted may be
/// ahead: until the store's own has come to that time, too, a write here would be taken for one from before the delete where the tombstone still stands. Pure.
/// </summary>
internal static class Tombstones
{
    /// <summary>Tombstones of a time (<see cref="TimeOf"/>) before this are gone at <paramref name="now"/>. Unix milliseconds of the store's clock.</summary>
    public static long GoneBefore(ZonePolicy policy, IEnumerable<PeerRegion> peers, long now) =>
        peers.Aggregate(now - (long)policy.TombstoneGrace.TotalMilliseconds, (least, peer) => Math.Min(least, peer.Through));

    /// <summary>When a tombstone was committed here, or when its delete says it was, if that is later; before all time when it stands for a record that is forgotten.</summary>
    public static long TimeOf(Record tombstone) => tombstone.IsForgotten ? 0 : Math.Max(tombstone.CommittedAt, tombstone.Version.Clock.Milliseconds);

    /// <summary>The record as a reader is told of it; null when it is a tombstone from before <paramref name="goneBefore"/>.</summary>
    public static Record? At(this Record? record, long goneBefore) => record is { IsDeleted: true } && (record.IsForgotten || TimeOf(record) < goneBefore) ? null : record;
}
