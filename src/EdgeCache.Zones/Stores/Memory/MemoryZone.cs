using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Memory;

/// <summary>One zone of the memory store: log, records, history, change ids. The store locks.</summary>
internal sealed class MemoryZone
{
    private readonly MemoryLog _log = new();
    private readonly SortedDictionary<RecordKey, Record> _records = new(RecordKeyOrder.Instance);
    private readonly Dictionary<RecordKey, List<HistoryItem>> _history = [];
    private readonly Dictionary<string, RememberedChange> _changes = new(StringComparer.Ordinal);
    private readonly Queue<RememberedChange> _changesByAge = new();
    private readonly Queue<Record> _tombstones = new();
    private readonly Dictionary<string, OriginStamp> _vector = new(StringComparer.Ordinal);

    public MemoryZone(Epoch epoch, uint soaSerial) => Head = new LogHead(epoch, 0, 0, soaSerial);

    public LogHead Head { get; private set; }

    public ZoneRead Read(ZoneCursor cursor, int maxEntries) => new()
    {
        Zone = cursor.Zone,
        Exists = true,
        Epoch = Head.Epoch,
        Head = Head.Serial,
        First = _log.Count == 0 ? Head.Serial + 1 : _log.Oldest.Serial,
        SoaSerial = Head.SoaSerial,
        HeadNonce = Head.Nonce,
        Vector = [.. _vector.Values],
        Entries = cursor.Epoch == Head.Epoch ? _log.After(cursor.Serial, maxEntries) : [],
    };

    public Record? Find(RecordKey key) => _records.GetValueOrDefault(key);

    public IReadOnlyList<Record> List(RecordKey? after, int max) =>
        [.. (after is { } key ? _records.Where(r => RecordKeyOrder.Instance.Compare(r.Key, key) > 0) : _records).Take(max).Select(r => r.Value)];

    public IReadOnlyList<HistoryItem> History(RecordKey key) =>
        _history.TryGetValue(key, out var items) ? [.. Enumerable.Reverse(items)] : [];

    /// <summary>Commits or says why not; the entry is null when nothing new was committed.</summary>
    public (CommitResult Result, LogEntry? Entry) Commit(CommitRequest request, ZonePolicy policy, string region, long now)
    {
        ForgetOld(policy, now);
        if (request.Origin is null && _changes.TryGetValue(request.ChangeId, out var before))
        {
            return (CommitRules.Repeat(before.Result, before.Fingerprint, request.Fingerprint), null);
        }

        var current = request.Writes.Select(w => Find(w.State.Key)).ToArray();
        var vector = request.Origin is { } origin && _vector.TryGetValue(origin.Region, out var last) ? last : (OriginStamp?)null;
        var (result, entry) = CommitRules.Decide(request, Head, current, vector, region, now);
        if (entry is null)
        {
            return (result, null);
        }

        for (var i = 0; i < request.Writes.Count; i++)
        {
            Keep(result.Written[i], result.Losers[i], request.Writes[i].Reason, policy);
        }

        _log.Append(entry);
        Head = new LogHead(entry.Epoch, entry.Serial, entry.Nonce, entry.SoaSerial);
        Remember(new RememberedChange(request.ChangeId, request.Fingerprint, result, now + (long)CommitRules.ChangeIdLifetime.TotalMilliseconds));
        if (request.Origin is { } replica)
        {
            _vector[replica.Region] = replica;
        }

        ForgetOld(policy, now);
        return (result, entry);
    }

    /// <summary>Opens a new epoch over the same records; the log begins again.</summary>
    public void OpenEpoch(Epoch epoch, long now)
    {
        while (_log.Count > 0)
        {
            _log.DropOldest();
        }

        _changes.Clear();
        _changesByAge.Clear();
        Head = new LogHead(epoch, 0, 0, SoaSerial.Seed(now, Head.SoaSerial));
    }

    /// <summary>
    /// Loses the newest entries with what they wrote, as a failover to a replica that lacked them does; the epoch stays and serials are used again.
    /// </summary>
    public void LoseTail(int entries)
    {
        for (; entries > 0 && _log.Newest is { } lost; entries--)
        {
            _log.DropNewest();
            Head = _log.Newest is { } newest
                ? new LogHead(newest.Epoch, newest.Serial, newest.Nonce, newest.SoaSerial)
                : new LogHead(lost.Epoch, lost.Serial - 1, lost.Previous, lost.SoaSerial);
            _changes.Remove(lost.ChangeId);
            foreach (var change in lost.Change is BatchChange batch ? batch.Changes : [lost.Change])
            {
                if (change is RecordChange record)
                {
                    Unwrite(record.After);
                }
            }
        }
    }

    /// <summary>Drops entries up to a serial, as XTRIM does.</summary>
    public void Trim(long through)
    {
        while (_log.Count > 0 && _log.Oldest.Serial <= through)
        {
            _log.DropOldest();
        }
    }

    private void Keep(Record state, string? loser, string? reason, ZonePolicy policy)
    {
        if (!_history.TryGetValue(state.Key, out var items))
        {
            _history[state.Key] = items = [];
        }

        items.Add(new HistoryItem(state, loser ?? reason));
        if (items.Count > policy.HistoryLength)
        {
            items.RemoveAt(0);
        }

        if (loser is null)
        {
            _records[state.Key] = state;
            if (state.IsDeleted)
            {
                _tombstones.Enqueue(state);
            }
        }
    }

    private void Unwrite(Record lost)
    {
        if (_history.TryGetValue(lost.Key, out var items))
        {
            items.RemoveAll(i => i.Record.Version == lost.Version);
        }

        if (_records.TryGetValue(lost.Key, out var current) && current.Version == lost.Version)
        {
            _records.Remove(lost.Key);
            if (items?.FindLast(i => i.Reason != HistoryReason.Older) is { } stood)
            {
                _records[lost.Key] = stood.Record;
            }
        }
    }

    private void Remember(RememberedChange change)
    {
        _changes[change.Id] = change;
        _changesByAge.Enqueue(change);
    }

    private void ForgetOld(ZonePolicy policy, long now)
    {
        while (_changesByAge.TryPeek(out var change) && change.Expires <= now)
        {
            _changesByAge.Dequeue();
            if (_changes.TryGetValue(change.Id, out var kept) && ReferenceEquals(kept, change))
            {
                _changes.Remove(change.Id);
            }
        }

        var oldest = now - (long)policy.RetentionTime.TotalMilliseconds;
        while (_log.Count > 0 && (_log.Count > policy.RetentionEntries || _log.Oldest.CommittedAt < oldest))
        {
            _log.DropOldest();
        }

        var grace = now - (long)policy.TombstoneGrace.TotalMilliseconds;
        while (_tombstones.TryPeek(out var dead) && dead.CommittedAt < grace)
        {
            _tombstones.Dequeue();
            if (_records.TryGetValue(dead.Key, out var current) && ReferenceEquals(current, dead))
            {
                _records.Remove(dead.Key);
                _history.Remove(dead.Key);
            }
        }
    }

    private sealed record RememberedChange(string Id, ulong Fingerprint, CommitResult Result, long Expires);
}
