using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// An entry of another region as a commit here (PLANE.md 25): with its original stamp, clock and nonce. Its nonce is made of the one there, so that, after a restart, the local log
/// says which entry the vector stands for. A write that lost there goes into the history here too. Pure.
/// </summary>
internal static class RegionCommit
{
    /// <summary>The commit of an entry; <paramref name="vector"/> is where its region stands here. <paramref name="isCopy"/>: this store is to hold just what the other does.</summary>
    public static CommitRequest Of(LogEntry entry, OriginStamp vector, bool isCopy)
    {
        var writes = new List<RecordWrite>();
        var purges = new List<PurgeChange>();
        foreach (var change in entry.Change is BatchChange batch ? batch.Changes : [entry.Change])
        {
            switch (change)
            {
                case RecordChange record:
                    writes.Add(new RecordWrite(record.After, new Guard(isCopy ? GuardKind.Newer : GuardKind.None)) { LostThere = record.Loser, IsCopy = isCopy });
                    break;
                case PurgeChange purge:
                    purges.Add(purge);
                    break;
            }
        }

        return new CommitRequest
        {
            Zone = entry.Zone,
            ChangeId = entry.ChangeId,
            Clock = entry.Clock,
            Nonce = entry.Nonce,
            SoaSerial = isCopy ? entry.SoaSerial : null,
            KeepsSoaSerial = isCopy,
            Writes = writes,
            Purges = purges,
            Origin = entry.Origin,
            OriginBefore = vector,
        };
    }

    /// <summary>After a compare: the other region's log is taken over up to <paramref name="to"/>; for a copy with the SOA serial that stands there.</summary>
    public static CommitRequest Jump(ZoneName zone, OriginStamp vector, OriginStamp to, string changeId, ulong nonce, uint? soaSerial) => new()
    {
        Zone = zone,
        ChangeId = changeId,
        Clock = default,
        Nonce = nonce,
        SoaSerial = soaSerial,

        // Purges among what was trimmed are unknown: nothing cached here may stay unasked.
        Purges = [new PurgeChange([Selector.Everything], PurgeMode.Hard)],
        Origin = to,
        OriginBefore = vector,
    };

    /// <summary>States as an entry of this region's own log: for every region that lacks them.</summary>
    public static CommitRequest GiveBack(ZoneName zone, IReadOnlyList<Record> states, string changeId, ulong nonce) => new()
    {
        Zone = zone,
        ChangeId = changeId,
        Clock = states.Max(s => s.Version.Clock),
        Nonce = nonce,
        Writes = [.. states.Select(s => new RecordWrite(s, new Guard(GuardKind.None)) { IsAgain = true })],
    };

    /// <summary>
    /// States of the store that this one is a copy of, whatever stands here. <paramref name="soaSerial"/>: the one here, which stays until the jump takes that of the other; null where the other's
    /// is not later, and secondaries of this one must hear that something changed.
    /// </summary>
    public static CommitRequest Copies(ZoneName zone, IReadOnlyList<Record> states, string changeId, ulong nonce, uint? soaSerial) => new()
    {
        Zone = zone,
        ChangeId = changeId,
        Clock = states.Max(s => s.Version.Clock),
        Nonce = nonce,
        SoaSerial = soaSerial,
        KeepsSoaSerial = true,
        Writes = [.. states.Select(s => new RecordWrite(s, new Guard(GuardKind.None)) { IsAgain = true, IsCopy = true })],
    };
}
