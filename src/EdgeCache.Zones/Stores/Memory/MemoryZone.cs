using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Memory;

/// <summary>One zone of the memory store: log, records, history, change ids. The store locks.</summary>
internal sealed class MemoryZone
{
    /// <summary>The log keeps entries of about so many bytes, whatever the policy says, and the newest: who follows this store is in the same process, so nobody is far behind.</summary>
    public const long MaxLogBytes = 16 << 20;

    private readonly MemoryLog _log = new();
    private readonly SortedDictionary<RecordKey, Record> _records = new(RecordKeyOrder.Instance);
    private readonly Dictionary<RecordKey, List<HistoryItem>> _history = [];
    private readonly Dictionary<string, RememberedChange> _changes = new(StringComparer.Ordinal);
    private readonly Queue<RememberedChange> _changesByAge = new();
    private readonly Queue<Record> _tombstones = new();
    private readonly Dictionary<string, OriginStamp> _vector = new(StringComparer.Ordinal);
    private readonly Dictionary<long, MemoryUndo> _undo = [];
    private long? _opened;

    public MemoryZone(Epoch epoch, uint soaSerial) => Head = new LogHead(epoch, 0, 0, soaSerial);

    public LogHead Head { get; private set; }

    public SortedDictionary<string, PeerRegion> Peers { get; } = new(StringComparer.Ordinal);

    public ZoneRead Read(ZoneCursor cursor, int maxEntries, long now) => new()
    {
        Zone = cursor.Zone,
        Exists = true,
        Epoch = Head.Epoch,
        EpochAge = _opened is { } opened ? TimeSpan.FromMilliseconds(Math.Max(0, now - opened)) : null,
        Head = Head.Serial,
        First = _log.Count == 0 ? Head.Serial + 1 : _log.Oldest.Serial,
        SoaSerial = Head.SoaSerial,
        HeadNonce = Head.Nonce,
        Vector = [.. _vector.Values],
        Peers = [.. Peers.Values],
        Entries = cursor.Epoch == Head.Epoch ? _log.After(cursor.Serial, maxEntries) : [],
    };

    public Record? Find(RecordKey key) => _records.GetValueOrDefault(key);

    public IReadOnlyList<Record> List(RecordKey? after, int max, long goneBefore) =>
        [.. (after is { } key ? _records.Where(r => RecordKeyOrder.Instance.Compare(r.Key, key) > 0) : _records).Select(r => r.Value).Where(r => r.At(goneBefore) is not null).Take(max)];

#if DEBUG
    /// <summary>Test builds only: tombstones go when their grace is over, whoever lacks them.</summary>
    public bool DropsByGrace { get; init; }

    public long GoneBefore(ZonePolicy policy, long now) => Tombstones.GoneBefore(policy, DropsByGrace ? [] : Peers.Values, now);
#else
    public long GoneBefore(ZonePolicy policy, long now) => Tombstones.GoneBefore(policy, Peers.Values, now);
#endif

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
        var decision = CommitRules.Decide(request, policy, Head, current, vector, region, now);
        var (result, entry, keepings) = decision;
        if (entry is null)
        {
            return (result, null);
        }

        _undo[entry.Serial] = new MemoryUndo([.. request.Writes.Select((w, i) => (w.State.Key, current[i]))], request.Origin?.Region, vector);
        for (var i = 0; i < keepings.Count; i++)
        {
            Keep(request.Writes[i].State.Key, keepings[i], policy);
        }

        if (decision.CutsLog)
        {
            Trim(entry.Serial - 1);
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
    public void OpenEpoch(Epoch epoch, uint seenSoaSerial, long now)
    {
        while (_log.Count > 0)
        {
            DropOldest();
        }

        _changes.Clear();
        _changesByAge.Clear();
        Head = new LogHead(epoch, 0, 0, SoaSerial.Seed(now, SoaSerial.Later(Head.SoaSerial, seenSoaSerial)));
        _opened = now;
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
            foreach (var (region, peer) in Peers.ToList())
            {
                // Noted after what is lost, so it is lost as well.
                Peers[region] = peer with { Serial = 0 };
            }

            if (_undo.Remove(lost.Serial, out var undo))
            {
                Undo(lost, undo);
            }
        }
    }

    /// <summary>Drops entries up to a serial, as XTRIM does.</summary>
    public void Trim(long through)
    {
        while (_log.Count > 0 && _log.Oldest.Serial <= through)
        {
            DropOldest();
        }
    }

    private void DropOldest()
    {
        _undo.Remove(_log.Oldest.Serial);
        _log.DropOldest();
    }

    private void Keep(RecordKey key, RecordKeeping keeping, ZonePolicy policy)
    {
        if (!_history.TryGetValue(key, out var items))
        {
            _history[key] = items = [];
        }

        if (keeping.ErasesThrough is not null)
        {
            var left = keeping.Left(items).ToList();
            items.Clear();
            items.AddRange(left);
        }

        items.AddRange(keeping.History);
        items.RemoveRange(0, Math.Max(0, items.Count - policy.HistoryLength));
        if (keeping.Standing is { } state)
        {
            _records[key] = state;
            if (state.IsDeleted)
            {
                _tombstones.Enqueue(state);
            }
        }
    }

    private void Undo(LogEntry lost, MemoryUndo undo)
    {
        foreach (var (key, state) in undo.Records)
        {
            if (_history.TryGetValue(key, out var items))
            {
                items.RemoveAll(i => i.Record.CommittedAt == lost.CommittedAt && i.Record.Version.Clock >= lost.Clock);
            }

            if (state is null)
            {
                _records.Remove(key);
            }
            else
            {
                _records[key] = state;
            }
        }

        if (undo.Region is { } region)
        {
            _vector.Remove(region);
            if (undo.Vector is { } before)
            {
                _vector[region] = before;
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
        while (_log.Count > 0 && (_log.Count > policy.RetentionEntries || _log.Oldest.CommittedAt < oldest || (_log.Bytes > MaxLogBytes && _log.Count > 1)))
        {
            DropOldest();
        }

        var gone = GoneBefore(policy, now);
        while (_tombstones.TryPeek(out var dead) && Tombstones.TimeOf(dead) < gone)
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
