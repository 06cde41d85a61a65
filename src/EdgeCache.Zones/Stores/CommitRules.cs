using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>What a commit does to the states it meets, for every store: they call it inside their critical section, and one contract suite holds them to it. Pure.</summary>
internal static class CommitRules
{
    /// <summary>How long a change id is remembered (PLANE.md 4).</summary>
    public static readonly TimeSpan ChangeIdLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Decides. <paramref name="current"/>: the state of each write's key, in order. <paramref name="vector"/>: the last entry of the request's origin
    /// region committed here. <paramref name="now"/>: the store's clock, Unix milliseconds.
    /// </summary>
    public static CommitDecision Decide(
        CommitRequest request, ZonePolicy policy, LogHead head, IReadOnlyList<Record?> current, OriginStamp? vector, string region, long now)
    {
        if (request.Origin is { } origin && !IsNext(origin, request.OriginBefore, vector))
        {
            return CommitDecision.Nothing(new CommitResult { Outcome = CommitOutcome.OutOfOrder });
        }

        // What comes from elsewhere was stamped by another clock.
        if ((request.Origin is not null || request.Writes.Any(w => w.IsAgain)) && request.Clock.Milliseconds - now > (long)HybridClock.MaxSkew.TotalMilliseconds)
        {
            return CommitDecision.Nothing(new CommitResult { Outcome = CommitOutcome.ClockSkew });
        }

        var count = request.Writes.Count;
        var written = new Record[count];
        var losers = new string?[count];
        var created = new bool[count];
        var keepings = new RecordKeeping[count];
        var serial = head.Serial + 1;
        var isDnsVisible = false;
        var changes = new List<Change>(count + request.Purges.Count);
        for (var i = 0; i < count; i++)
        {
            var write = request.Writes[i];
            if (request.Origin is null && !write.IsAgain && write.Guard.Kind != GuardKind.Newer && !Holds(write.Guard, write.State, current[i]))
            {
                return CommitDecision.Nothing(new CommitResult { Outcome = CommitOutcome.PreconditionFailed, Current = current[i] });
            }

            write = write with { State = Stamped(write.State, request.Origin is null && !write.IsAgain ? serial : write.State.Version.Serial, now) };
            var merged = Merge(request, policy, write, current[i], new DotSource(DotSource.ActorOf(region, head.Epoch, write.State.Version.Origin), request.Ticket));
            if (merged.Error is { } error)
            {
                return CommitDecision.Nothing(new CommitResult { Outcome = CommitOutcome.NotPossible, Current = current[i], Error = error });
            }

            if (current[i] is { IsErased: true } && merged.Loser == HistoryReason.Older)
            {
                // It was erased before it came: only that it came is kept.
                write = write with { State = Bare(write.State) };
                merged = merged with { Ledger = [.. merged.Ledger.Select(h => h with { Record = Bare(h.Record) })] };
            }

            losers[i] = merged.Loser;
            var standing = merged.Loser is null ? merged.Standing! with { CommittedAt = now } : null; // not null: there is no error

            standing = standing is { IsDeleted: true } && write.State.IsErased ? standing with { IsErased = true } : standing;

            // What is known already is told on as what stands: a region that lost it takes it from there.
            written[i] = standing ?? (merged.Loser == HistoryReason.Known ? merged.Standing! : write.State); // not null: it is known
            keepings[i] = new RecordKeeping(standing, [.. merged.Ledger.Select(h => new HistoryItem(h.Record with { CommittedAt = now }, h.Record.IsErased ? HistoryReason.Erased : h.Reason))])
            {
                ErasesThrough = write.State.IsErased && merged.Loser != HistoryReason.Known ? write.State.Version.Clock : null,
            };
            created[i] = standing is { IsDeleted: false } && current[i] is null or { IsDeleted: true };
            isDnsVisible |= merged.Loser is null && write.State.Key.IsDns;
            changes.Add(new RecordChange(written[i], write.State.Key.IsDns && !write.State.IsErased ? current[i] : null, merged.Loser));
        }

        changes.AddRange(request.Purges);
        var entry = new LogEntry
        {
            Zone = request.Zone,
            Epoch = head.Epoch,
            Serial = serial,
            Nonce = NonceChain.Next(head.Nonce, request.Nonce),
            Previous = head.Nonce,
            ChangeId = request.ChangeId,
            Clock = request.Clock,
            Origin = request.Origin ?? new OriginStamp(region, head.Epoch, serial),
            Change = changes.Count == 1 ? changes[0] : new BatchChange(changes),
            SoaSerial = SoaSerial.Next(head.SoaSerial, isDnsVisible, request.SoaSerial),
            CommittedAt = now,
        };
        var result = new CommitResult { Outcome = CommitOutcome.Committed, Position = entry.Position, Written = written, Losers = losers, Created = created };
        return new CommitDecision(result, entry, keepings);
    }

    /// <summary>The first result again, for a change id that came before.</summary>
    public static CommitResult Repeat(CommitResult first, ulong firstFingerprint, ulong fingerprint) =>
        firstFingerprint != 0 && fingerprint != 0 && firstFingerprint != fingerprint
            ? new CommitResult { Outcome = CommitOutcome.ChangeIdReused }
            : first with { WasRepeat = true };

    /// <summary>True when the guard holds for the state now there.</summary>
    public static bool Holds(Guard guard, Record state, Record? current) => guard.Kind switch
    {
        GuardKind.Absent => current is null or { IsDeleted: true },
        GuardKind.Present => current is { IsDeleted: false },
        GuardKind.Version => (current?.Version.Serial ?? 0) == guard.Serial && (current?.Version.Clock ?? default) == guard.Clock,
        GuardKind.Newer => current is null || state.Version.WinsOver(current.Version),
        _ => true,
    };

    private static MergeOutcome Merge(CommitRequest request, ZonePolicy policy, RecordWrite write, Record? current, DotSource source)
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
            ConflictRule.Siblings => LocalMerge.Siblings(current, write, source),
            ConflictRule.Crdt => LocalMerge.Crdt(current, write, source),
            _ when Holds(write.Guard, write.State, current) => new MergeOutcome { Standing = write.State, Ledger = [new HistoryItem(write.State, write.Reason)] },
            _ => new MergeOutcome { Standing = current, Loser = HistoryReason.Older, Ledger = [new HistoryItem(write.State, HistoryReason.Older)] },
        };
    }

    private static bool IsNext(OriginStamp origin, OriginStamp? before, OriginStamp? vector)
    {
        if (before is { } expected)
        {
            return vector is { } at ? at == expected : expected.Serial == 0;
        }

        return vector is { } last ? last.Epoch == origin.Epoch && last.Serial + 1 == origin.Serial : origin.Serial == 1;
    }

    private static Record Bare(Record state) => state with { Value = ReadOnlyMemory<byte>.Empty, Context = ReadOnlyMemory<byte>.Empty, Tags = [], IsDeleted = true };

    private static Record Stamped(Record state, long serial, long now) =>
        state with { Version = state.Version with { Serial = serial }, CommittedAt = now };
}
