using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// A state that was committed in another region meets the one that stands here. Pure; whatever the order in which states arrive and however often, the same state stands
/// in the end (commit times apart, which are each store's own).
/// </summary>
public static class ConflictMerge
{
    /// <summary>Merges <paramref name="incoming"/> into <paramref name="existing"/> by a rule; <c>reject</c> zones have one home region, so there the later version is the newer.</summary>
    public static MergeOutcome Merge(Record? existing, Record incoming, ConflictRule rule) => rule switch
    {
        ConflictRule.Siblings => Siblings(existing, incoming),
        ConflictRule.Crdt => Crdt(existing, incoming),
        _ => LastWriter(existing, incoming),
    };

    /// <summary>Takes a state as it is, into a copy of the store it comes from. <paramref name="unlessLater"/>: not over a later version.</summary>
    public static MergeOutcome Copy(Record? existing, Record incoming, bool unlessLater) =>
        existing is not null && (existing.Version.WinsOver(incoming.Version) ? unlessLater : IsSame(incoming, existing)) ? Known(existing) : Stands(incoming, null);

    private static MergeOutcome LastWriter(Record? existing, Record incoming)
    {
        if (existing is null)
        {
            return Stands(incoming, null);
        }

        return incoming.Version.WinsOver(existing.Version) ? Stands(incoming, HistoryReason.Later)
            : !existing.Version.WinsOver(incoming.Version) ? Known(existing)
            : new MergeOutcome { Standing = existing, Loser = HistoryReason.Older, Ledger = [new HistoryItem(incoming, HistoryReason.Older)] };
    }

    private static MergeOutcome Siblings(Record? existing, Record incoming)
    {
        var (mine, theirs) = (SiblingSet.Of(existing), SiblingSet.Of(incoming));
        var joined = mine.Join(theirs);
        if (joined.Values.IsEmpty)
        {
            return MergeOutcome.Refused($"{incoming.Key}: the state that came and the one here claim to have seen all of each other, and nothing would be left");
        }

        var state = joined.ToRecord();
        if (existing is not null && IsSame(state, existing))
        {
            return Known(existing);
        }

        // Values that came and stand, then what came and was replaced here already: nothing goes without a trace.
        var isAlone = joined.Values.Count == 1;
        var came = theirs.Values.Where(v => !mine.Values.ContainsKey(v.Key) && !mine.Vector.Covers(v.Key))
            .Select(v => new HistoryItem(v.Value, isAlone ? null : HistoryReason.Sibling));
        return new MergeOutcome { Standing = state, Ledger = [.. came] };
    }

    private static MergeOutcome Crdt(Record? existing, Record incoming)
    {
        var theirs = CrdtEditing.Of(incoming, out _);
        var mine = CrdtEditing.Of(existing, out _);
        if (theirs is null || mine is null)
        {
            // A value that is no merging record, from before the rule: one that is stands, else the last writer's.
            return theirs is null && mine is null || existing is null ? LastWriter(existing, incoming)
                : theirs is not null ? Stands(incoming, HistoryReason.Later)
                : new MergeOutcome { Standing = existing, Loser = HistoryReason.Older, Ledger = [new HistoryItem(incoming, HistoryReason.Older)] };
        }

        var state = mine.Join(theirs).ToRecord();
        return IsSame(state, existing!) ? Known(existing!) // not null: it was read
            : new MergeOutcome { Standing = state, Ledger = [new HistoryItem(state, IsSame(state, incoming) ? null : HistoryReason.Merged)] };
    }

    private static bool IsSame(Record state, Record other) =>
        state.Version == other.Version && state.IsDeleted == other.IsDeleted && state.Context.Span.SequenceEqual(other.Context.Span);

    private static MergeOutcome Known(Record existing) => new() { Standing = existing, Loser = HistoryReason.Known };

    private static MergeOutcome Stands(Record state, string? reason) => new() { Standing = state, Ledger = [new HistoryItem(state, reason)] };
}
