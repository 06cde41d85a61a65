using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>What must hold of a record's current state for a write to be applied. Evaluated inside the commit.</summary>
public enum GuardKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no value (never was, or a tombstone).</summary>
    Absent,

    /// <summary>There is a value, whichever.</summary>
    Present,

    /// <summary>The current version's serial is <see cref="Guard.Serial"/> and its clock <see cref="Guard.Clock"/>.</summary>
    Version,

    /// <summary>The written version wins over the current one; a loser is committed to the history with a reason and changes nothing else.</summary>
    Newer,
}

/// <summary>A precondition of one write.</summary>
public readonly record struct Guard(GuardKind Kind, long Serial = 0, HybridTimestamp Clock = default);

/// <summary>
/// One write of a record inside a commit. <see cref="State"/>'s version carries clock and origin; the store fills the serial in (unless <see cref="CommitRequest.Origin"/> says the commit is a replica's).
/// </summary>
public sealed record RecordWrite(Record State, Guard Guard);

/// <summary>A change to commit as one log entry: record writes and purges together. More than one item becomes a batch.</summary>
public sealed record CommitRequest
{
    /// <summary>The zone; must exist in the directory.</summary>
    public required ZoneName Zone { get; init; }

    /// <summary>The writer's id for idempotency.</summary>
    public required string ChangeId { get; init; }

    /// <summary>The writer's clock.</summary>
    public required HybridTimestamp Clock { get; init; }

    /// <summary>Random nonce for the entry.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Record writes.</summary>
    public IReadOnlyList<RecordWrite> Writes { get; init; } = [];

    /// <summary>Purges.</summary>
    public IReadOnlyList<PurgeChange> Purges { get; init; } = [];

    /// <summary>Set by a replicator: where the entry was first committed. The commit is taken only if it is the next of that region (PLANE.md 25).</summary>
    public OriginStamp? Origin { get; init; }
}

/// <summary>How a commit ended.</summary>
public enum CommitOutcome
{
    /// <summary>Committed; or was before, under the same change id (<see cref="CommitResult.WasRepeat"/>).</summary>
    Committed,

    /// <summary>A guard did not hold; nothing was changed. <see cref="CommitResult.Current"/> is the state that was in the way.</summary>
    PreconditionFailed,

    /// <summary>The directory has no such zone.</summary>
    UnknownZone,

    /// <summary>The zone's log is gone: <c>zone restore</c> opens a new epoch (503 <c>store-lost</c>).</summary>
    StoreLost,

    /// <summary>A replica's commit was not the next of its region.</summary>
    OutOfOrder,

    /// <summary>Applied, but not yet as durable as asked (503 <c>applied-not-durable</c>): neither success nor rejection (PLANE.md 5).</summary>
    AppliedNotDurable,
}

/// <summary>The result of a commit.</summary>
public sealed record CommitResult
{
    /// <summary>How it ended.</summary>
    public required CommitOutcome Outcome { get; init; }

    /// <summary>The change's position when committed.</summary>
    public Position Position { get; init; }

    /// <summary>The committed states of the writes, in order of the request (serial filled in).</summary>
    public IReadOnlyList<Record> Written { get; init; } = [];

    /// <summary>For <see cref="CommitOutcome.PreconditionFailed"/>: the state in the way; null when there is none.</summary>
    public Record? Current { get; init; }

    /// <summary>Reason per write that lost (<see cref="GuardKind.Newer"/>), else null, in order of the request.</summary>
    public IReadOnlyList<string?> Losers { get; init; } = [];

    /// <summary>True when the change id had been committed before and this is that first result.</summary>
    public bool WasRepeat { get; init; }
}
