using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// What a commit does: the answer, the entry for the log (null: nothing is to be committed), and per write what to keep.
/// </summary>
internal sealed record CommitDecision(CommitResult Result, LogEntry? Entry, IReadOnlyList<RecordKeeping> Keepings)
{
    public static CommitDecision Nothing(CommitResult result) => new(result, null, []);
}

/// <summary>What a store keeps of one write: the state from now on (null: as it was), and versions for the history, oldest first.</summary>
internal readonly record struct RecordKeeping(Record? Standing, IReadOnlyList<HistoryItem> History);
