using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>The result of a commit.</summary>
public sealed record CommitResult
{
    /// <summary>How it ended.</summary>
    public required CommitOutcome Outcome { get; init; }

    /// <summary>The change's position when committed.</summary>
    public Position Position { get; init; }

    /// <summary>The states that came of the writes, in order of the request (serial filled in): merged ones where the rule merges, losers as they were written.</summary>
    public IReadOnlyList<Record> Written { get; init; } = [];

    /// <summary>For <see cref="CommitOutcome.PreconditionFailed"/>: the state in the way; null when there is none.</summary>
    public Record? Current { get; init; }

    /// <summary>For <see cref="CommitOutcome.NotPossible"/>: why, for people.</summary>
    public string? Error { get; init; }

    /// <summary>Reason per write that lost or brought nothing new, else null, in order of the request.</summary>
    public IReadOnlyList<string?> Losers { get; init; } = [];

    /// <summary>Per write: true when there was no value before, in order of the request.</summary>
    public IReadOnlyList<bool> Created { get; init; } = [];

    /// <summary>True when the change id had been committed before and this is that first result.</summary>
    public bool WasRepeat { get; init; }
}
