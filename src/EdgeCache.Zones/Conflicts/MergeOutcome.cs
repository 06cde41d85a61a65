using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// What a write makes of the state it meets. <see cref="Standing"/>: the state from now on (the one that was there when the write lost or brought nothing new).
/// <see cref="Loser"/>: why the write changed nothing, else null. <see cref="Ledger"/>: what goes into the history. <see cref="Error"/>: why the write is refused, and
/// then nothing else holds.
/// </summary>
public sealed record MergeOutcome
{
    /// <summary>The state from now on; null only with <see cref="Error"/>, or when nothing was there and a write had lost elsewhere.</summary>
    public Record? Standing { get; init; }

    /// <summary>Why the write changed nothing (<see cref="HistoryReason"/>), else null.</summary>
    public string? Loser { get; init; }

    /// <summary>Versions for the history, oldest first, each with its reason.</summary>
    public IReadOnlyList<HistoryItem> Ledger { get; init; } = [];

    /// <summary>Why the write is not possible on the state it met.</summary>
    public string? Error { get; init; }

    internal static MergeOutcome Refused(string error) => new() { Error = error };
}
