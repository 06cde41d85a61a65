using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// One write of a record inside a commit; a commit writes a key at most once. <see cref="State"/>'s version carries clock and origin; the store fills
/// the serial in and the commit time. <see cref="Reason"/> goes into the history (<see cref="HistoryReason"/>); a loser's is always <see cref="HistoryReason.Older"/>.
/// What the write makes of the state it meets is decided inside the commit, by the zone's rule. In a replica's commit (<see cref="CommitRequest.Origin"/>) the state is the
/// whole one that was committed there, version and context included; its guard is not looked at: it is merged (<see cref="ConflictMerge"/>).
/// </summary>
public sealed record RecordWrite(Record State, Guard Guard, string? Reason = null)
{
    /// <summary>For <c>siblings</c>: what the writer had read; null: nothing.</summary>
    public VersionVector? Seen { get; init; }

    /// <summary>For <c>crdt</c>: what to change; null: the state's value is what it is to be.</summary>
    public CrdtEdit? Edit { get; init; }

    /// <summary>The state was committed here before and may have been lost: it is merged as one from another region would be, so that doing it again does nothing.</summary>
    public bool IsAgain { get; init; }

    /// <summary>
    /// Why the write changed nothing where it was taken (<see cref="HistoryReason"/>), or was replaced by a later one that was lost with it; else null. It changes nothing here either, even if what it lost to is not here
    /// yet, or is a tombstone that has gone: then it would come back.
    /// </summary>
    public string? LostThere { get; init; }

    /// <summary>
    /// This store is a copy of the one the state comes from: it stands here as it stands there and nothing is merged. With the guard <see cref="GuardKind.Newer"/> a later version that stands here stays: it was read ahead of the log.
    /// </summary>
    public bool IsCopy { get; init; }

    /// <summary>For <c>crdt</c>: time to live and tags stay as they are, unless the record is new.</summary>
    public bool KeepsFields { get; init; }
}
