using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// What a commit does to the states it meets. Pure; the memory and SQLite stores call it inside their critical section, and the Redis
/// script says the same in Lua (one contract suite holds all three to it).
/// </summary>
internal static class CommitRules
{
    /// <summary>How long a change id is remembered (PLANE.md 4).</summary>
    public static readonly TimeSpan ChangeIdLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Decides. <paramref name="current"/>: the state of each write's key, in order. <paramref name="vector"/>: the last entry of the request's origin
    /// region committed here. <paramref name="now"/>: the store's clock, Unix milliseconds. The entry is null when nothing is to be committed.
    /// </summary>
    public static (CommitResult Result, LogEntry? Entry) Decide(
        CommitRequest request, LogHead head, IReadOnlyList<Record?> current, OriginStamp? vector, string region, long now)
    {
        if (request.Origin is { } origin && !IsNext(origin, request.OriginBefore, vector))
        {
            return (new CommitResult { Outcome = CommitOutcome.OutOfOrder }, null);
        }

        var written = new Record[request.Writes.Count];
        var losers = new string?[request.Writes.Count];
        var created = new bool[request.Writes.Count];
        var serial = head.Serial + 1;
        var isDnsVisible = false;
        var changes = new List<Change>(request.Writes.Count + request.Purges.Count);
        for (var i = 0; i < request.Writes.Count; i++)
        {
            var (state, guard, reason) = request.Writes[i];
            if (!Holds(guard, state, current[i]))
            {
                if (guard.Kind != GuardKind.Newer)
                {
                    return (new CommitResult { Outcome = CommitOutcome.PreconditionFailed, Current = current[i] }, null);
                }

                losers[i] = HistoryReason.Older;
            }

            written[i] = Committed(state, request.Origin is null ? serial : state.Version.Serial, now);
            created[i] = losers[i] is null && current[i] is null or { IsDeleted: true };
            isDnsVisible |= losers[i] is null && state.Key.IsDns;
            changes.Add(new RecordChange(written[i], state.Key.IsDns ? current[i] : null, losers[i]));
        }

        changes.AddRange(request.Purges);
        var entry = new LogEntry
        {
            Zone = request.Zone,
            Epoch = head.Epoch,
            Serial = serial,
            Nonce = request.Nonce,
            Previous = head.Nonce,
            ChangeId = request.ChangeId,
            Clock = request.Clock,
            Origin = request.Origin ?? new OriginStamp(region, head.Epoch, serial),
            Change = changes.Count == 1 ? changes[0] : new BatchChange(changes),
            SoaSerial = SoaSerial.Next(head.SoaSerial, isDnsVisible, request.SoaSerial),
            CommittedAt = now,
        };
        return (new CommitResult { Outcome = CommitOutcome.Committed, Position = entry.Position, Written = written, Losers = losers, Created = created }, entry);
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

    private static bool IsNext(OriginStamp origin, OriginStamp? before, OriginStamp? vector)
    {
        if (before is { } expected)
        {
            return vector is { } at ? at == expected : expected.Serial == 0;
        }

        return vector is { } last ? last.Epoch == origin.Epoch && last.Serial + 1 == origin.Serial : origin.Serial == 1;
    }

    private static Record Committed(Record state, long serial, long now) =>
        state with { Version = state.Version with { Serial = serial }, CommittedAt = now };
}
