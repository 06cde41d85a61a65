using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>The result of a commit as it can be told again from its log entry.</summary>
internal static class CommitResults
{
    /// <summary>From the entry; or from the request, when the log was trimmed past it meanwhile.</summary>
    public static CommitResult FromLog(CommitRequest request, Position position, LogEntry? entry, IReadOnlyList<bool> created)
    {
        var changes = entry is null ? null : (entry.Change is BatchChange batch ? batch.Changes : [entry.Change]).OfType<RecordChange>().ToList();
        return new CommitResult
        {
            Outcome = CommitOutcome.Committed,
            Position = position,
            Written = changes is not null
                ? [.. changes.Select(c => c.After)]
                : [.. request.Writes.Select(w => w.State with { Version = w.State.Version with { Serial = position.Serial } })],
            Losers = changes is not null ? [.. changes.Select(c => c.Loser)] : new string?[request.Writes.Count],
            Created = created,
        };
    }
}
