using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// Decides several commits one after the other on one read state, as if each had come alone, and puts the script's arguments together. One use, one thread.
/// </summary>
internal sealed class CommitBatch
{
    private readonly RedisMeta _start;
    private readonly ZonePolicy _policy;
    private readonly string _region;
    private readonly long _now;
    private readonly Dictionary<RecordKey, Record?> _records;
    private readonly Dictionary<string, RememberedCommit> _ids;
    private readonly Dictionary<string, OriginStamp> _vector;
    private readonly HashSet<RecordKey> _touched = [];
    private readonly HashSet<string> _regions = new(StringComparer.Ordinal);
    private readonly List<RedisValue> _entries = [];
    private readonly List<RedisValue> _hints = [];
    private readonly List<RedisValue> _history = [];
    private readonly Dictionary<RecordKey, IReadOnlyList<HistoryItem>> _histories;
    private readonly List<RedisValue> _erased = [];
    private long _cut;
    private readonly List<RedisValue> _remembered = [];
    private LogHead _head;

    public CommitBatch(
        RedisMeta start, ZonePolicy policy, string region, long now, Dictionary<RecordKey, Record?> records, Dictionary<string, RememberedCommit> ids,
        Dictionary<RecordKey, IReadOnlyList<HistoryItem>> histories)
    {
        _histories = histories;
        _start = start;
        _head = start.Head;
        _policy = policy;
        _region = region;
        _now = now;
        _records = records;
        _ids = ids;
        _vector = start.Vector.ToDictionary(v => v.Region, StringComparer.Ordinal);
    }

    /// <summary>Where the log stands once it is written.</summary>
    public LogHead Head => _head;

    /// <summary>True when nothing is to be written.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Decides one and takes its effects into account for those that follow.</summary>
    public CommitResult Decide(CommitRequest request)
    {
        if (request.Origin is null && _ids.TryGetValue(request.ChangeId, out var before) && before.Expires > _now)
        {
            return CommitRules.Repeat(before.ToResult(), before.Fingerprint, request.Fingerprint);
        }

        var current = request.Writes.Select(w => _records.GetValueOrDefault(w.State.Key)).ToArray();
        var vector = request.Origin is { } origin && _vector.TryGetValue(origin.Region, out var last) ? last : (OriginStamp?)null;
        var decision = CommitRules.Decide(request, _policy, _head, current, vector, _region, _now);
        var (result, entry, keepings) = decision;
        if (entry is null)
        {
            return result;
        }

        _cut = decision.CutsLog ? entry.Serial : _cut;

        for (var i = 0; i < keepings.Count; i++)
        {
            Keep(request.Writes[i].State.Key, keepings[i]);
        }

        if (request.Origin is { } replica)
        {
            _vector[replica.Region] = replica;
            _regions.Add(replica.Region);
        }

        Append(entry, new RememberedCommit(_now + (long)CommitRules.ChangeIdLifetime.TotalMilliseconds, request.Fingerprint, result.Created, entry));
        return result;
    }

    /// <summary>The arguments of <see cref="RedisScripts.Commit"/>.</summary>
    public RedisValue[] Arguments(string runId, string historyPrefix, string channel)
    {
        List<RedisValue> all =
        [
            runId, _start.Head.Epoch.ToString(), _start.Head.Serial, RedisMeta.Nonce(_start.Head.Nonce),
            _head.Serial, RedisMeta.Nonce(_head.Nonce), _head.SoaSerial,
            _now, _now - (long)_policy.RetentionTime.TotalMilliseconds, _policy.RetentionEntries, Tombstones.GoneBefore(_policy, _start.Peers, _now),
            historyPrefix, channel, _cut,
        ];
        Group(all, _entries, 3);
        Group(all, _hints, 1);
        Group(all, [.. _touched.SelectMany(RecordArguments)], 3);
        Group(all, _erased, 1);
        Group(all, _history, 3);
        Group(all, _remembered, 3);
        Group(all, [.. _regions.SelectMany(r => new RedisValue[] { RedisMeta.VectorField(r), RedisMeta.VectorValue(_vector[r]) })], 2);
        return [.. all];
    }

    private static void Group(List<RedisValue> all, List<RedisValue> items, int width)
    {
        all.Add(items.Count / width);
        all.AddRange(items);
    }

    private IEnumerable<RedisValue> RecordArguments(RecordKey key)
    {
        var record = _records[key]!; // touched keys have a state
        yield return RedisKeys.Field(key);
        yield return RecordCodec.Encode(record);
        yield return record.IsDeleted ? Tombstones.TimeOf(record) : RedisValue.EmptyString;
    }

    private void Keep(RecordKey key, RecordKeeping keeping)
    {
        if (keeping.ErasesThrough is not null)
        {
            Erase(key, keeping);
        }

        foreach (var item in keeping.History)
        {
            _history.AddRange([RedisKeys.Field(key), HistoryBytes.Encode(item.Record, item.Reason), _policy.HistoryLength]);
        }

        if (keeping.Standing is { } state)
        {
            _records[key] = state;
            _touched.Add(key);
        }
    }

    /// <summary>The stored list is dropped, and with it what this batch was to add before; what is left is put back.</summary>
    private void Erase(RecordKey key, RecordKeeping keeping)
    {
        var field = RedisKeys.Field(key);
        IReadOnlyList<HistoryItem> known = _erased.Contains(field) ? [] : _histories.GetValueOrDefault(key) ?? [];
        for (var i = _history.Count - 3; i >= 0; i -= 3)
        {
            if (_history[i] == field)
            {
                known = [.. known, HistoryBytes.Decode((byte[])_history[i + 1]!)!]; // written by this batch
                _history.RemoveRange(i, 3);
            }
        }

        _erased.Add(field);
        foreach (var item in keeping.Left(known.OrderBy(h => h.Record.CommittedAt)))
        {
            _history.AddRange([field, HistoryBytes.Encode(item.Record, item.Reason), _policy.HistoryLength]);
        }
    }

    private void Append(LogEntry entry, RememberedCommit remembered)
    {
        var bytes = LogEntryCodec.Encode(entry);
        _entries.AddRange([$"{entry.Serial}-0", bytes, entry.CommittedAt]);
        _hints.Add(HintMessage.Of(entry, bytes));
        _remembered.AddRange([entry.ChangeId, remembered.Encode(bytes), remembered.Expires]);
        _ids[entry.ChangeId] = remembered;
        _head = new LogHead(entry.Epoch, entry.Serial, entry.Nonce, entry.SoaSerial);
    }
}
