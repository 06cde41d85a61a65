using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// Acknowledged changes of a zone that a store may have lost, in the order in which they were made, and how they are done again: first of each record what they came to together, so that
/// nobody sees a record go through its past once more; then each change under its id, with its purges, where what it wrote is known or goes into the history only. Pure.
/// </summary>
internal sealed class LostChanges
{
    private readonly IReadOnlyList<CommitRequest> _changes;
    private readonly ZonePolicy _policy;
    private readonly Dictionary<RecordKey, Record> _finals = [];

    public LostChanges(IReadOnlyList<CommitRequest> changes, ZonePolicy policy)
    {
        _changes = changes;
        _policy = policy;
        foreach (var state in changes.SelectMany(c => c.Writes).Select(w => w.State))
        {
            _finals[state.Key] = ConflictMerge.Merge(_finals.GetValueOrDefault(state.Key), state, policy.RuleFor(state.Key)).Standing ?? state;
        }
    }

    /// <summary>What each record came to.</summary>
    public IReadOnlyCollection<Record> Finals => _finals.Values;

    /// <summary>The changes, after the finals.</summary>
    public IEnumerable<CommitRequest> Changes => _changes.Select(c => c with { Writes = [.. c.Writes.Select(Again)] });

    /// <summary>True when the store lacks something of a change; <paramref name="there"/>: its states now.</summary>
    public bool IsLost(CommitRequest change, IReadOnlyDictionary<RecordKey, Record?> there) => change.Purges.Count > 0
        || change.Writes.Any(w => ConflictMerge.Merge(there.GetValueOrDefault(w.State.Key), w.State, _policy.RuleFor(w.State.Key)).Loser is null);

    private RecordWrite Again(RecordWrite write)
    {
        var merges = _policy.RuleFor(write.State.Key) is ConflictRule.Siblings or ConflictRule.Crdt;
        return merges || write.State.Version == _finals[write.State.Key].Version ? write : write with { LostThere = HistoryReason.Older };
    }
}
