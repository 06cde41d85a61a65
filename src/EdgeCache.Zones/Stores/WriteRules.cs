using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>What one write of a commit makes of the state it meets. Pure.</summary>
internal static class WriteRules
{
    /// <summary>Decides about one write of <paramref name="request"/>; the rest as for <see cref="CommitRules.Decide"/>.</summary>
    public static WriteDecision Decide(CommitRequest request, RecordWrite write, Record? current, ZonePolicy policy, LogHead head, string region, long now)
    {
        var isNew = request.Origin is null && !write.IsAgain;
        if (isNew && write.Guard.Kind != GuardKind.Newer && !Holds(write.Guard, write.State, current))
        {
            return WriteDecision.Refuse(new CommitResult { Outcome = CommitOutcome.PreconditionFailed, Current = current });
        }

        write = write with { State = Stamped(write.State, isNew ? head.Serial + 1 : write.State.Version.Serial, now) };
        var merged = Merge(request, policy, write, current, region, head.Epoch);
        if (merged.Error is { } error)
        {
            return WriteDecision.Refuse(new CommitResult { Outcome = CommitOutcome.NotPossible, Current = current, Error = error });
        }

        if (current is { IsErased: true } && merged.Loser == HistoryReason.Older)
        {
            // It was erased before it came: only that it came is kept.
            write = write with { State = Bare(write.State) };
            merged = merged with { Ledger = [.. merged.Ledger.Select(h => h with { Record = Bare(h.Record) })] };
        }

        var standing = merged.Loser is null ? At(merged.Standing!, now) : null; // not null: there is no error
        standing = standing is { IsDeleted: true } && write.State.IsErased ? standing with { IsErased = true } : standing;

        // What is known already is told on as what stands: a region that lost it takes it from there.
        var written = standing ?? (merged.Loser == HistoryReason.Known ? merged.Standing! : write.State); // not null: it is known
        var before = write.State.Key.IsDns && !write.State.IsErased ? current : null;
        var keeping = new RecordKeeping(standing, Ledger(merged.Ledger, now))
        {
            ErasesThrough = write.State.IsErased && merged.Loser != HistoryReason.Known ? write.State.Version.Clock : null,
        };
        return new WriteDecision(new RecordChange(written, before, merged.Loser), keeping, standing is { IsDeleted: false } && current is null or { IsDeleted: true });
    }

    private static bool Holds(Guard guard, Record state, Record? current) => guard.Kind switch
    {
        GuardKind.Absent => current is null or { IsDeleted: true },
        GuardKind.Present => current is { IsDeleted: false },
        GuardKind.Version => (current?.Version.Serial ?? 0) == guard.Serial && (current?.Version.Clock ?? default) == guard.Clock,
        GuardKind.Newer => current is null || state.Version.WinsOver(current.Version),
        _ => true,
    };

    private static MergeOutcome Merge(CommitRequest request, ZonePolicy policy, RecordWrite write, Record? current, string region, Epoch epoch)
    {
        if (write.LostThere is { } lost and not HistoryReason.Known)
        {
            return new MergeOutcome { Standing = current, Loser = lost, Ledger = [new HistoryItem(write.State, lost)] };
        }

        if (write.IsCopy)
        {
            return ConflictMerge.Copy(current, write.State, unlessLater: write.Guard.Kind == GuardKind.Newer);
        }

        var rule = policy.RuleFor(write.State.Key);
        if (request.Origin is not null || write.IsAgain)
        {
            return ConflictMerge.Merge(current, write.State, rule);
        }

        return rule switch
        {
            ConflictRule.Siblings => LocalMerge.Siblings(current, write, SourceOf()),
            ConflictRule.Crdt => LocalMerge.Crdt(current, write, SourceOf()),
            _ when Holds(write.Guard, write.State, current) => new MergeOutcome { Standing = write.State, Ledger = [new HistoryItem(write.State, write.Reason)] },
            _ => new MergeOutcome { Standing = current, Loser = HistoryReason.Older, Ledger = [new HistoryItem(write.State, HistoryReason.Older)] },
        };

        DotSource SourceOf() => new(DotSource.ActorOf(region, epoch, write.State.Version.Origin), request.Ticket);
    }

    /// <summary>A commit may be a whole zone: nothing is copied that is what it should be.</summary>
    private static Record At(Record state, long now) => state.CommittedAt == now ? state : state with { CommittedAt = now };

    private static HistoryItem[] Ledger(IReadOnlyList<HistoryItem> items, long now)
    {
        var kept = new HistoryItem[items.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            var (item, reason) = (items[i], items[i].Record.IsErased ? HistoryReason.Erased : items[i].Reason);
            kept[i] = item.Record.CommittedAt == now && item.Reason == reason ? item : new HistoryItem(At(item.Record, now), reason);
        }

        return kept;
    }

    private static Record Bare(Record state) => state with { Value = ReadOnlyMemory<byte>.Empty, Context = ReadOnlyMemory<byte>.Empty, Tags = [], IsDeleted = true };

    private static Record Stamped(Record state, long serial, long now) =>
        state with { Version = state.Version with { Serial = serial }, CommittedAt = now };
}
