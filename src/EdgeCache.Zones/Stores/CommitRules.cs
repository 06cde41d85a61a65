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

        // What comes from elsewhere was stamped by another clock, and each state of it by one of its own.
        if ((request.Origin is not null || request.Writes.Any(w => w.IsAgain)) && (IsAhead(request.Clock, now) || request.Writes.Any(w => IsAhead(ForeignClock.Of(w.State), now))))
        {
            return CommitDecision.Nothing(new CommitResult { Outcome = CommitOutcome.ClockSkew });
        }

        var count = request.Writes.Count;
        var written = new Record[count];
        var losers = new string?[count];
        var created = new bool[count];
        var keepings = new RecordKeeping[count];
        var isDnsVisible = false;
        var changes = new List<Change>(count + request.Purges.Count);
        var pace = WholeZonePace.For(count);
        for (var i = 0; i < count; i++)
        {
            pace?.Step();
            var decision = WriteRules.Decide(request, request.Writes[i], current[i], policy, head, region, now);
            if (decision.Change is not { } change)
            {
                return CommitDecision.Nothing(decision.Refusal!); // not null: there is no change
            }

            (written[i], losers[i], created[i], keepings[i]) = (change.After, change.Loser, decision.IsCreated, decision.Keeping);
            isDnsVisible |= change.Loser is null && change.After.Key.IsDns;
            changes.Add(change);
        }

        changes.AddRange(request.Purges);
        var entry = Entry(request, head, changes, isDnsVisible, region, now);
        var result = new CommitResult { Outcome = CommitOutcome.Committed, Position = entry.Position, Written = written, Losers = losers, Created = created };
        return new CommitDecision(result, entry, keepings);
    }

    /// <summary>The first result again, for a change id that came before.</summary>
    public static CommitResult Repeat(CommitResult first, ulong firstFingerprint, ulong fingerprint) =>
        firstFingerprint != 0 && fingerprint != 0 && firstFingerprint != fingerprint
            ? new CommitResult { Outcome = CommitOutcome.ChangeIdReused }
            : first with { WasRepeat = true };

    private static LogEntry Entry(CommitRequest request, LogHead head, List<Change> changes, bool isDnsVisible, string region, long now) => new()
    {
        Zone = request.Zone,
        Epoch = head.Epoch,
        Serial = head.Serial + 1,
        Nonce = NonceChain.Next(head.Nonce, request.Nonce),
        Previous = head.Nonce,
        ChangeId = request.ChangeId,
        Clock = request.Clock,
        Origin = request.Origin ?? new OriginStamp(region, head.Epoch, head.Serial + 1),
        Change = changes.Count == 1 ? changes[0] : new BatchChange(changes),
        SoaSerial = SoaSerial.Next(head.SoaSerial, isDnsVisible && !(request.KeepsSoaSerial && request.SoaSerial == head.SoaSerial), request.SoaSerial),
        CommittedAt = now,
    };

    private static bool IsAhead(HybridTimestamp clock, long now) => clock.Milliseconds - now > (long)HybridClock.MaxSkew.TotalMilliseconds;

    private static bool IsNext(OriginStamp origin, OriginStamp? before, OriginStamp? vector)
    {
        if (before is { } expected)
        {
            return vector is { } at ? at == expected : expected.Serial == 0;
        }

        return vector is { } last ? last.Epoch == origin.Epoch && last.Serial + 1 == origin.Serial : origin.Serial == 1;
    }
}
