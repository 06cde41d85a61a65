using System.Threading.Channels;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// Commits of one zone from this process, in batches: read, decide, compare-and-commit, again from the start when another process was quicker. A broken connection is
/// tried again under the same change ids, so that a commit whose answer was lost is found and not made twice (PLANE.md 4). Thread-safe.
/// </summary>
internal sealed class ZoneCommitter : IAsyncDisposable
{
    private const int MaxBatch = 64;
    private const int MaxBatchBytes = 4 << 20;
    private const int MaxQueued = 10_000;
    private const int MaxConflicts = 200;
    private const int MaxFaults = 6;

    private readonly Channel<PendingCommit> _queue = Channel.CreateBounded<PendingCommit>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly RedisStoreParts _parts;
    private readonly ZoneName _zone;
    private readonly RedisKey[] _readKeys;
    private readonly RedisKey[] _commitKeys;
    private readonly Task _pump;
    private LogHead? _committed;

    public ZoneCommitter(ZoneName zone, RedisStoreParts parts)
    {
        _zone = zone;
        _parts = parts;
        _readKeys = [Key("meta"), Key("rec"), Key("ids"), Key("log")];
        _commitKeys = [Key("meta"), Key("log"), Key("rec"), Key("names"), Key("ids"), Key("idage"), Key("tomb"), RedisKeys.Sequence(zone.Shard)];
        _pump = PumpAsync();
    }

    /// <summary>Commits.</summary>
    public async ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation)
    {
        var pending = new PendingCommit(request);
        await _queue.Writer.WriteAsync(pending, cancellation);
        // Once queued it may be committed: the caller waits for the truth and is not told a guess.
        return await pending.Done.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _pump;
    }

    private async Task PumpAsync()
    {
        var batch = new List<PendingCommit>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            for (var size = 0; batch.Count < MaxBatch && size < MaxBatchBytes && _queue.Reader.TryRead(out var pending); size += pending.Size)
            {
                batch.Add(pending);
            }

            try
            {
                await CommitAsync(batch);
            }
            catch (Exception e)
            {
                // The one catch-all of this loop: whatever it was, the callers are told and the next batch is tried.
                var told = _parts.Connection.Told(e);
                foreach (var pending in batch)
                {
                    pending.Done.TrySetException(told);
                }
            }
        }
    }

    private async Task CommitAsync(List<PendingCommit> batch)
    {
        var faults = 0;
        for (var conflicts = 0; conflicts < MaxConflicts;)
        {
            try
            {
                if (await TryCommitAsync(batch, isRetry: faults > 0))
                {
                    return;
                }

                conflicts++;
                await PauseAsync(Math.Min(conflicts, 20));
            }
            catch (Exception e) when (e is RedisConnectionException or RedisTimeoutException or RedisServerException { Message: ['L', 'O', 'A', 'D', ..] } && faults < MaxFaults)
            {
                faults++;
                await PauseAsync(40 * faults);
            }
        }

        throw new StoreException($"zone {_zone}: other writers were quicker {MaxConflicts} times in a row");
    }

    private async Task<bool> TryCommitAsync(List<PendingCommit> batch, bool isRetry)
    {
        var database = _parts.Connection.Writer;
        var keys = batch.SelectMany(p => p.Request.Writes).Select(w => w.State.Key).Distinct().ToArray();
        var ids = batch.Select(p => p.Request.ChangeId).Distinct().ToArray();
        var policyTask = _parts.Directory.FindAsync(_zone);
        var read = (RedisResult[])(await database.ScriptEvaluateAsync(
            RedisScripts.ReadForCommit, _readKeys, [_committed?.Serial ?? 0, keys.Length, .. keys.Select(RedisKeys.Field), .. ids.Select(i => (RedisValue)i)]))!; // the script returns an array
        var definition = await policyTask;
        if (definition is null || RedisMeta.Read(read[1]) is not { } meta)
        {
            Answer(batch, new CommitResult { Outcome = definition is null ? CommitOutcome.UnknownZone : CommitOutcome.StoreLost });
            return true;
        }

        if (!await _parts.Directory.OwnsAsync(meta.Store))
        {
            return false;
        }

        var runId = (string?)read[4] ?? "";
        if (LacksWhatWasCommitted(meta.Head, (byte[]?)read[5] ?? []) || (meta.RunId != runId && meta.RunId.Length > 0 && !(await _parts.Connection.FactsOfAsync(runId)).KeepsEverything))
        {
            await OpenEpochAsync(database, meta, Now(read[0]));
            return false;
        }

        var decided = new CommitBatch(meta, definition.Policy, _parts.Options.Region, Now(read[0]), Records(keys, read[2]), Ids(ids, read[3]), await HistoriesAsync(database, batch));
        var results = batch.Select(p => decided.Decide(p.Request)).ToArray();
        if (!decided.IsEmpty)
        {
            var said = (string?)await database.ScriptEvaluateAsync(
                RedisScripts.Commit, _commitKeys, decided.Arguments(runId, Key("hist:").ToString(), RedisKeys.Hints(_zone.Shard).ToString()));
            if (said is null or "conflict")
            {
                return false;
            }

            if (said == "lost")
            {
                Answer(batch, new CommitResult { Outcome = CommitOutcome.StoreLost });
                return true;
            }

            _committed = decided.Head;
        }

        // A repeat is waited for as well: its first try may have been told that it is not durable yet.
        var durable = await _parts.Durability.CoversAsync(runId);
        for (var i = 0; i < batch.Count; i++)
        {
            var result = isRetry ? results[i] with { WasRepeat = false } : results[i];
            batch[i].Done.TrySetResult(durable || result.Outcome != CommitOutcome.Committed ? result : result with { Outcome = CommitOutcome.AppliedNotDurable });
        }

        return true;
    }

    /// <summary>A log that ends before what this process committed, or otherwise, has lost it, whatever its server says of itself.</summary>
    private bool LacksWhatWasCommitted(LogHead head, byte[] inItsPlace) => _committed is { } mine && head.Epoch == mine.Epoch
        && (head.Serial < mine.Serial || (head.Serial == mine.Serial && head.Nonce != mine.Nonce)
            || (inItsPlace.Length > 0 && LogEntryCodec.TryDecode(inItsPlace, out var there, out _) && there.Nonce != mine.Nonce));

    /// <summary>What the server lost of the log is not known, so serials must not be taken for the old ones.</summary>
    private async Task OpenEpochAsync(IDatabase database, RedisMeta meta, long now)
    {
        var epoch = new Epoch(_parts.NextNumber());
        await database.ScriptEvaluateAsync(
            RedisScripts.OpenEpochAfterRestart,
            [Key("meta"), Key("log"), RedisKeys.Sequence(_zone.Shard)],
            [meta.Head.Epoch.ToString(), epoch.ToString(), SoaSerial.Seed(now, meta.Head.SoaSerial), RedisKeys.Hints(_zone.Shard).ToString(), HintMessage.Of(new Position(_zone, epoch, 0))]);
    }

    /// <summary>Histories of records that are to be erased: read after the head, so that a change meanwhile fails the commit.</summary>
    private async Task<Dictionary<RecordKey, IReadOnlyList<HistoryItem>>> HistoriesAsync(IDatabase database, List<PendingCommit> batch)
    {
        var found = new Dictionary<RecordKey, IReadOnlyList<HistoryItem>>();
        foreach (var key in batch.SelectMany(p => p.Request.Writes).Where(w => w.State.IsErased).Select(w => w.State.Key).Distinct())
        {
            var items = await database.ListRangeAsync(Key($"hist:{RedisKeys.Field(key)}"));
            found[key] = [.. items.Select(i => HistoryBytes.Decode((byte[])i!)).OfType<HistoryItem>()]; // list items are never null
        }

        return found;
    }

    private long Now(RedisResult microseconds) =>
        ((long)microseconds / 1000) + (long)_parts.Options.ClockOffset().TotalMilliseconds;

    private static Dictionary<RecordKey, Record?> Records(RecordKey[] keys, RedisResult found)
    {
        var values = (RedisResult[])found!; // the script returns an array
        return keys.Select((key, i) => (key, value: i < values.Length ? (byte[]?)values[i] : null))
            .ToDictionary(p => p.key, p => RedisZoneStore.Decode(p.value));
    }

    private static Dictionary<string, RememberedCommit> Ids(string[] ids, RedisResult found)
    {
        var values = (RedisResult[])found!; // the script returns an array
        var known = new Dictionary<string, RememberedCommit>(StringComparer.Ordinal);
        for (var i = 0; i < ids.Length && i < values.Length; i++)
        {
            if ((byte[]?)values[i] is { } bytes && RememberedCommit.Decode(bytes) is { } remembered)
            {
                known[ids[i]] = remembered;
            }
        }

        return known;
    }

    private static void Answer(List<PendingCommit> batch, CommitResult result)
    {
        foreach (var pending in batch)
        {
            pending.Done.TrySetResult(result);
        }
    }

    private Task PauseAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(_parts.Jitter(milliseconds)), TimeProvider.System);

    private RedisKey Key(string part) => RedisKeys.Of(_zone, part);
}
