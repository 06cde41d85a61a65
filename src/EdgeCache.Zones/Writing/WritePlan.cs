using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// What to ask the store for: the writes with guards that make the caller's preconditions and the conflict rule hold inside the commit. A plan made from
/// states that were read is guarded by exactly those versions, so a race fails the commit and a new plan is made.
/// </summary>
internal sealed record WritePlan
{
    /// <summary>The stamp of the change, later than every state it was made from.</summary>
    public HybridTimestamp Clock { get; private init; }

    /// <summary>The writes.</summary>
    public IReadOnlyList<RecordWrite> Writes { get; private init; } = [];

    /// <summary>Why nothing is to be committed; null otherwise.</summary>
    public WriteResult? Refusal { get; private init; }

    /// <summary>Reads what is needed and plans.</summary>
    public static async ValueTask<WritePlan> MakeAsync(
        IZoneStore store, ZoneName zone, ZonePolicy policy, WriteBatch batch, HybridClock clock, string origin, CancellationToken cancellation)
    {
        var currents = new Dictionary<RecordKey, Record?>();
        foreach (var key in batch.Publishes.Where(p => !p.Precondition.IsEmpty).Select(p => p.Key).Concat(batch.Deletes.Select(d => d.Key)))
        {
            currents[key] = await store.FindAsync(zone, key, cancellation).ConfigureAwait(false);
        }

        var stamp = currents.Values.OfType<Record>().Aggregate(clock.Next(), (t, r) => r.Version.Clock < t ? t : clock.NextAfter(r.Version.Clock));
        var version = new RecordVersion(0, stamp, origin);
        var plan = new WritePlan { Clock = stamp };
        var writes = new List<RecordWrite>(batch.Publishes.Count + batch.Deletes.Count);
        var owners = (batch.IsPartOfWholeZone ? [] : batch.Publishes).ToLookup(p => p.Key.Name);
        var pace = WholeZonePace.For(batch.Publishes.Count);
        foreach (var publish in batch.Publishes)
        {
            pace?.Step();
            if (!batch.IsPartOfWholeZone && await OwnerNameReads.FaultAsync(store, zone, batch, owners, publish.Key, cancellation).ConfigureAwait(false) is { } fault)
            {
                return plan with { Refusal = WriteResult.Refused(WriteOutcome.NotPossible, fault) };
            }

            if (RuleFault(policy, publish) is { } misfit)
            {
                return plan with { Refusal = WriteResult.Refused(WriteOutcome.Invalid, $"{publish.Key}: {misfit}") };
            }

            var isRead = currents.TryGetValue(publish.Key, out var current);
            if (!publish.Precondition.HoldsFor(current))
            {
                return plan with { Refusal = Failed(publish.Key, current) };
            }

            var seen = publish.Seen ?? (publish.Precondition.Match is not null ? SiblingSet.Of(current).Vector : null);
            writes.Add(new RecordWrite(State(publish, version), isRead ? Exactly(current) : GuardFor(policy, publish.Key), publish.Reason)
            {
                Seen = seen,
                Edit = publish.Edit,
                KeepsFields = publish.Edit is not null && publish.Ttl is null && publish.Tags.Count == 0,
            });
        }

        foreach (var delete in batch.Deletes)
        {
            var current = currents[delete.Key];
            if (!delete.Precondition.HoldsFor(current))
            {
                return plan with { Refusal = Failed(delete.Key, current) };
            }

            if (current is null || (current.IsDeleted && !delete.Erases))
            {
                return plan with { Refusal = WriteResult.Refused(WriteOutcome.NoSuchRecord, $"there is no record {delete.Key}") with { Current = current } };
            }

            var tombstone = Tombstone(current, version);
            writes.Add(new RecordWrite(delete.Erases ? tombstone with { IsErased = true, Tags = [] } : tombstone, Exactly(current), delete.Erases ? HistoryReason.Erased : null) { Seen = delete.Seen ?? SiblingSet.Of(current).Vector });
        }

        return plan with { Writes = writes };
    }

    /// <summary>A write whose guard never holds: serials begin at 1.</summary>
    public static RecordWrite Impossible(CommitRequest request) => new(
        new Record
        {
            Key = request.Writes.Count > 0 ? request.Writes[0].State.Key : new RecordKey("@", RecordKey.Doc),
            Value = default,
            ContentType = "",
            Ttl = 0,
            Version = new RecordVersion(0, request.Clock, ""),
            CommittedAt = 0,
            IsDeleted = true,
        },
        new Guard(GuardKind.Version, -1));

    /// <summary>What of the caller's request the rule of its record can never take.</summary>
    private static string? RuleFault(ZonePolicy policy, RecordPublish publish)
    {
        var isCrdt = policy.RuleFor(publish.Key) == ConflictRule.Crdt;
        return publish.Edit is not null
            ? isCrdt ? null : "PATCH is for records whose conflict rule is crdt; this one is published whole"
            : isCrdt && !CrdtEdit.TryWhole(publish.Value.Span, publish.Key.IsDns, out _, out var error) ? error : null;
    }

    private static Record State(RecordPublish publish, RecordVersion version) => new()
    {
        Key = publish.Key,
        Value = publish.Value,
        ContentType = publish.ContentType ?? (publish.Key.IsDns ? "text/plain" : "application/octet-stream"),
        Ttl = publish.Ttl ?? Record.DefaultTtl,
        Tags = publish.Tags,
        Version = version,
        CommittedAt = 0,
    };

    private static Record Tombstone(Record current, RecordVersion version) => current with
    {
        Value = ReadOnlyMemory<byte>.Empty,
        Context = ReadOnlyMemory<byte>.Empty,
        Version = version,
        CommittedAt = 0,
        IsDeleted = true,
        IsErased = false,
    };

    private static Guard Exactly(Record? current) =>
        current is null ? new Guard(GuardKind.Version) : new Guard(GuardKind.Version, current.Version.Serial, current.Version.Clock);

    private static Guard GuardFor(ZonePolicy policy, RecordKey key) =>
        new(policy.RuleFor(key) == ConflictRule.LastWriteWins ? GuardKind.Newer : GuardKind.None);

    private static WriteResult Failed(RecordKey key, Record? current) =>
        WriteResult.Refused(WriteOutcome.PreconditionFailed, $"{key} is {(current is { IsDeleted: false } ? $"at {current.ETag}" : "absent")}, not what the precondition asks for")
            with
        { Current = current };
}
