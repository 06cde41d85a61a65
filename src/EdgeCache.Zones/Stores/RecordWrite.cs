using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// One write of a record inside a commit; a commit writes a key at most once. <see cref="State"/>'s version carries clock and origin; the store fills
/// the serial in (unless <see cref="CommitRequest.Origin"/> says the commit is a replica's) and the commit time. <see cref="Reason"/> goes into the history
/// (<see cref="HistoryReason"/>); a loser's is always <see cref="HistoryReason.Older"/>.
/// </summary>
public sealed record RecordWrite(Record State, Guard Guard, string? Reason = null);
