using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// What a commit does: the answer, the entry for the log (null: nothing is to be committed), and per write what to keep.
/// </summary>
internal sealed record CommitDecision(CommitResult Result, LogEntry? Entry, IReadOnlyList<RecordKeeping> Keepings)
{
    /// <summary>
    /// The log begins again with this entry: those before it may hold what it erases. Followers that have not read so far read the zone anew.
    /// </summary>
    public bool CutsLog => Keepings.Any(k => k.ErasesThrough is not null);

    public static CommitDecision Nothing(CommitResult result) => new(result, null, []);
}

/// <summary>What a store keeps of one write: the state from now on (null: as it was), and versions for the history, oldest first.</summary>
internal readonly record struct RecordKeeping(Record? Standing, IReadOnlyList<HistoryItem> History)
{
    /// <summary>Set when the write erases: versions up to this clock leave the history, but for those that stand beside it.</summary>
    public HybridTimestamp? ErasesThrough { get; init; }

    /// <summary>What stays of a history when the write erases.</summary>
    public IEnumerable<HistoryItem> Left(IEnumerable<HistoryItem> history)
    {
        var through = ErasesThrough ?? default;
        var stand = Standing is null ? [] : SiblingSet.Of(Standing).Values.Values.Select(v => v.Version).ToHashSet();
        return history.Where(h => h.Record.Version.Clock > through || stand.Contains(h.Record.Version));
    }
}
