using System.Text;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// The one way to write: checks limits and preconditions, stamps the clock, applies the zone's conflict rule and commits as one log entry.
/// Everything a caller can cause is a <see cref="WriteResult"/>; it does not throw but for cancellation. Thread-safe.
/// </summary>
public sealed class ZonePublisher
{
    private const int MaxAttempts = 16;
    private static readonly TimeSpan DirectoryAge = TimeSpan.FromSeconds(1);

    private readonly IZoneStore _store;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly string _origin;
    private readonly RecordValueCheck? _check;
    private readonly HybridClock _tickets;
    private readonly AcknowledgedChanges _acknowledged = new();
    private readonly Lock _chance = new();
    private volatile ZoneDirectory? _directory;
    private long _directoryReadAt;
    private long _reappended;

    /// <summary>
    /// Makes the publisher of one origin. <paramref name="origin"/>: its id, ASCII, unique among origins (it decides between equal clocks).
    /// <paramref name="check"/>: knows what DNS values look like; null: any value is good.
    /// </summary>
    public ZonePublisher(IZoneStore store, TimeProvider time, Random random, string origin, RecordValueCheck? check = null)
    {
        _store = store;
        _time = time;
        _random = random;
        _origin = origin;
        _check = check;
        Clock = new HybridClock(time);
        _tickets = new HybridClock(time);
    }

    /// <summary>What was acknowledged is kept for some seconds to be appended again, but for whole zones, which only a store takes that loses nothing while its process lives. False where the store is this process's own memory: it ends with its writer.</summary>
    public bool KeepsAcknowledged { get; init; } = true;

    /// <summary>This origin's clock.</summary>
    public HybridClock Clock { get; }

    /// <summary>Acknowledged changes appended again because an epoch changed.</summary>
    public long Reappended => Volatile.Read(ref _reappended);

    /// <summary>Publishes a value.</summary>
    public ValueTask<WriteResult> PublishAsync(ZoneName zone, RecordPublish publish, WriteContext context, CancellationToken cancellation) =>
        BatchAsync(zone, new WriteBatch { Publishes = [publish] }, context, cancellation);

    /// <summary>Deletes a record.</summary>
    public ValueTask<WriteResult> DeleteAsync(ZoneName zone, RecordDelete delete, WriteContext context, CancellationToken cancellation) =>
        BatchAsync(zone, new WriteBatch { Deletes = [delete] }, context, cancellation);

    /// <summary>Purges; selectors come from <see cref="Selectors"/>.</summary>
    public ValueTask<WriteResult> PurgeAsync(ZoneName zone, PurgeChange purge, WriteContext context, CancellationToken cancellation) =>
        BatchAsync(zone, new WriteBatch { Purges = [purge] }, context, cancellation);

    /// <summary>Commits changes that become visible together.</summary>
    public async ValueTask<WriteResult> BatchAsync(ZoneName zone, WriteBatch batch, WriteContext context, CancellationToken cancellation)
    {
        if (WriteLimits.Check(batch, context, _store.LongestBatch) is { } refused)
        {
            return refused;
        }

        var changeId = context.ChangeId ?? NewChangeId();
        if (!Clock.TryMerge(context.Seen))
        {
            return WriteResult.Refused(WriteOutcome.ClockSkew, $"the clock of the session is more than {HybridClock.MaxSkew.TotalSeconds:0} s ahead of this origin's");
        }

        var seen = batch.Publishes.Select(p => p.Seen).Concat(batch.Deletes.Select(d => d.Seen)).OfType<VersionVector>();
        if (seen.FirstOrDefault(s => !Clock.TryMerge(s.Latest)) is not null)
        {
            return WriteResult.Refused(WriteOutcome.ClockSkew, $"the Edge-Context is more than {HybridClock.MaxSkew.TotalSeconds:0} s ahead of this origin's clock");
        }

        if (Checked(zone, batch, out var good) is { } error)
        {
            return WriteResult.Refused(WriteOutcome.Invalid, error);
        }

        try
        {
            var policy = await PolicyOfAsync(zone, cancellation).ConfigureAwait(false);
            if (policy is null)
            {
                return WriteResult.Refused(WriteOutcome.UnknownZone, $"there is no zone {zone}") with { ChangeId = changeId };
            }

            // A purge conflicts with nothing: it may be made anywhere.
            if (policy.HomeRegion.Length > 0 && policy.HomeRegion != _store.Region && batch.Publishes.Count + batch.Deletes.Count > 0)
            {
                return WriteResult.Refused(WriteOutcome.NotHome, $"{zone} takes writes in region {policy.HomeRegion} only") with { ChangeId = changeId };
            }

            var result = await CommitAsync(zone, policy, good, context, changeId, cancellation).ConfigureAwait(false);
            return result with { ChangeId = changeId };
        }
        catch (StoreException fault)
        {
            return WriteResult.Refused(WriteOutcome.StoreUnavailable, fault.Message) with { ChangeId = changeId };
        }
    }

    /// <summary>The position of a change by its writer's id, remembered for ten minutes; null when no zone knows it.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async ValueTask<Position?> FindChangeAsync(string changeId, CancellationToken cancellation)
    {
        if (!ChangeIds.IsValid(changeId))
        {
            return null;
        }

        foreach (var zone in (await _store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Zones)
        {
            // Asked with a guard that cannot hold: only a change that is there already gets an answer.
            var probe = new CommitRequest { Zone = zone.Zone, ChangeId = changeId, Clock = default, Nonce = NewNonce() };
            var result = await _store.CommitAsync(probe with { Writes = [WritePlan.Impossible(probe)] }, cancellation).ConfigureAwait(false);
            if (result.WasRepeat)
            {
                return result.Position;
            }
        }

        return null;
    }

    /// <summary>
    /// Appends again, by id, what this writer had acknowledged for a zone within the last seconds; called when a follower had to read the zone anew. What survived is
    /// known by its id or its state and is not done twice. Says how many were lost. A store that fails leaves the rest for the next call.
    /// </summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async ValueTask<int> ReappendAsync(ZoneName zone, CancellationToken cancellation)
    {
        var before = Reappended;
        var lost = _acknowledged.Take(zone, NowMilliseconds());
        if (lost.Count > 0)
        {
            await AppendAgainAsync(zone, lost, cancellation).ConfigureAwait(false);
        }

        return (int)(Reappended - before);
    }

    private async ValueTask<WriteResult> CommitAsync(
        ZoneName zone, ZonePolicy policy, WriteBatch batch, WriteContext context, string changeId, CancellationToken cancellation)
    {
        var fingerprint = WriteFingerprint.Of(batch);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var plan = await WritePlan.MakeAsync(_store, zone, policy, batch, Clock, _origin, cancellation).ConfigureAwait(false);
            var request = new CommitRequest
            {
                Zone = zone,
                ChangeId = changeId,
                Clock = plan.Clock,
                Ticket = _tickets.Next(),
                Nonce = NewNonce(),
                Fingerprint = fingerprint,
                SoaSerial = context.SoaSerial,
                Writes = plan.Writes,
                Purges = batch.Purges,
            };
            if (plan.Refusal is { } refusal)
            {
                // The writer's own first try may be what is in the way: only the store knows.
                return context.ChangeId is null ? refusal : await RepeatOrAsync(refusal, request, cancellation).ConfigureAwait(false);
            }

            var result = await _store.CommitAsync(request, cancellation).ConfigureAwait(false);
            if (result.Outcome == CommitOutcome.PreconditionFailed)
            {
                continue;
            }

            if (result.Outcome == CommitOutcome.Committed && !result.WasRepeat)
            {
                foreach (var erased in batch.Deletes.Where(d => d.Erases))
                {
                    _acknowledged.Erase(zone, erased.Key);
                }

                if (KeepsAcknowledged && request.Writes.Count <= BatchChange.MaxChanges)
                {
                    _acknowledged.Note(Again(request, result), NowMilliseconds());
                }
            }

            return WriteResults.From(result, plan.Clock);
        }

        return WriteResult.Refused(WriteOutcome.Contended, "the record is being changed by others all the time; try again");
    }

    /// <summary>Asks the store whether the id was committed before, with a guard that cannot hold.</summary>
    private async ValueTask<WriteResult> RepeatOrAsync(WriteResult refusal, CommitRequest request, CancellationToken cancellation)
    {
        var probe = request with { Purges = [], Writes = [WritePlan.Impossible(request)] };
        var result = await _store.CommitAsync(probe, cancellation).ConfigureAwait(false);
        return result.WasRepeat || result.Outcome == CommitOutcome.ChangeIdReused ? WriteResults.From(result, request.Clock) : refusal;
    }

    /// <summary>What a change came to, as it may be done again.</summary>
    private static CommitRequest Again(CommitRequest request, CommitResult result) =>
        request with { Writes = [.. result.Written.Select(w => new RecordWrite(w, default) { IsAgain = true })] };

    private async ValueTask AppendAgainAsync(ZoneName zone, IReadOnlyList<CommitRequest> changes, CancellationToken cancellation)
    {
        var done = 0;
        try
        {
            var policy = await PolicyOfAsync(zone, cancellation).ConfigureAwait(false) ?? ZonePolicy.Standard;
            var lost = new LostChanges(changes, policy);
            var there = new Dictionary<RecordKey, Record?>();
            foreach (var final in lost.Finals)
            {
                there[final.Key] = await _store.FindAsync(zone, final.Key, cancellation).ConfigureAwait(false);
                var again = new RecordWrite(final, default) { IsAgain = true };
                await _store.CommitAsync(
                    new CommitRequest { Zone = zone, ChangeId = NewChangeId(), Clock = final.Version.Clock, Nonce = NewNonce(), Writes = [again] }, cancellation).ConfigureAwait(false);
            }

            foreach (var change in lost.Changes)
            {
                var result = await _store.CommitAsync(change, cancellation).ConfigureAwait(false);
                if (result is { Outcome: CommitOutcome.Committed, WasRepeat: false } && lost.IsLost(changes[done], there))
                {
                    Interlocked.Increment(ref _reappended);
                }

                _acknowledged.Note(changes[done++], NowMilliseconds());
            }
        }
        catch (StoreException)
        {
            foreach (var rest in changes.Skip(done))
            {
                _acknowledged.Note(rest, NowMilliseconds());
            }

            throw;
        }
    }

    private string? Checked(ZoneName zone, WriteBatch batch, out WriteBatch good)
    {
        good = batch;
        if (_check is null || batch.Publishes.Count == 0)
        {
            return null;
        }

        var publishes = new List<RecordPublish>(batch.Publishes.Count);
        foreach (var publish in batch.Publishes)
        {
            var value = publish.Edit is { } edit ? Encoding.UTF8.GetBytes(string.Join('\n', edit.Add ?? [])) : publish.Value;
            if ((publish.Edit is null || value.Length > 0) && _check(zone, publish.Key, ref value) is { } error)
            {
                return $"{publish.Key}: {error}";
            }

            publishes.Add(publish.Edit is { Add: not null } added && publish.Key.IsDns
                ? publish with { Edit = added with { Add = Encoding.UTF8.GetString(value.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries) } }
                : publish.Edit is not null || value.Equals(publish.Value) ? publish : publish with { Value = value });
        }

        good = batch with { Publishes = publishes };
        return null;
    }

    private async ValueTask<ZonePolicy?> PolicyOfAsync(ZoneName zone, CancellationToken cancellation)
    {
        var directory = _directory;
        var isFresh = directory is not null && _time.GetElapsedTime(Volatile.Read(ref _directoryReadAt)) < DirectoryAge;
        if (isFresh && directory!.Find(zone) is { } known) // not null: isFresh says so
        {
            return known.Policy;
        }

        var readAt = _time.GetTimestamp();
        directory = await _store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
        _directory = directory;
        Volatile.Write(ref _directoryReadAt, readAt);
        return directory.Find(zone)?.Policy;
    }

    private string NewChangeId()
    {
        lock (_chance)
        {
            return ChangeIds.New(NowMilliseconds(), _random);
        }
    }

    private ulong NewNonce()
    {
        lock (_chance)
        {
            // Zero stands for "no entry before".
            return (ulong)_random.NextInt64(1, long.MaxValue);
        }
    }

    private long NowMilliseconds() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
