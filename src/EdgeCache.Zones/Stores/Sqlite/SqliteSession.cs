using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What the one writer does inside a group's transaction. Not thread-safe.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int HistoryTrimEvery = 16;
    private const long SweepEveryMilliseconds = 1_000;
    private readonly TimeProvider _time;
    private readonly string _region;
    private readonly Dictionary<ZoneName, SqliteZone> _zones = [];
    private readonly SqliteStatements _sql;

    public SqliteSession(SqliteConnection connection, TimeProvider time, string region)
    {
        _time = time;
        _region = region;
        _sql = new SqliteStatements(connection);
        Sequence = long.Parse(_sql.Get.First(r => r.GetString(0), "sequence") ?? "0");
    }

    /// <summary>Commits of this database since it was made: what the high-water file remembers.</summary>
    public long Sequence { get; private set; }

    public SqliteStatements Sql => _sql;

    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public (CommitResult Result, LogEntry? Entry) Commit(CommitRequest request)
    {
        if (Find(request.Zone) is not { } zone)
        {
            var known = _sql.Policy.First(r => r.GetString(0), request.Zone.Value) is not null;
            return (new CommitResult { Outcome = known ? CommitOutcome.StoreLost : CommitOutcome.UnknownZone }, null);
        }

        var now = Now;
        if (now - zone.SweptAt >= SweepEveryMilliseconds)
        {
            Sweep(zone, now);
        }

        if (request.Origin is null && Repeated(zone, request, now) is { } repeat)
        {
            return (repeat, null);
        }

        // A whole zone that comes into a store without it needs no look at each name.
        var current = new Record?[request.Writes.Count];
        var isFirst = current.Length > BatchChange.MaxChanges && _sql.Records.First(ReadRecord, zone.Id, "", "", 1) is null;
        for (var i = 0; i < current.Length && !isFirst; i++)
        {
            var key = request.Writes[i].State.Key;
            current[i] = _sql.Record.First(ReadRecord, zone.Id, key.Name, key.Type);
        }

        var vector = request.Origin is { } origin ? _sql.Vector.First(ReadStamp, zone.Id, origin.Region)?.Stamp : null;
        var decision = CommitRules.Decide(request, zone.Policy, zone.Head, current, vector, _region, now);
        if (decision.Entry is { } entry)
        {
            for (var i = 0; i < request.Writes.Count; i++)
            {
                Keep(zone, request.Writes[i].State.Key, decision.Keepings[i]);
            }

            Append(zone, request, decision.Result, entry, now);
            if (decision.CutsLog)
            {
                zone.First = entry.Serial;
                _sql.TrimLog.Run(zone.Id, zone.First);
            }
        }

        return (decision.Result, decision.Entry);
    }

    public SqliteZone? Find(ZoneName name)
    {
        if (!_zones.TryGetValue(name, out var zone) && _sql.Zone.First(r => ReadZone(name, r), name.Value) is { } read)
        {
            _zones[name] = zone = read;
        }

        return zone;
    }

    /// <summary>Forgets what it knows, also what was not saved: the next look asks the database.</summary>
    public void Forget()
    {
        _zones.Clear();
        Sequence = long.Parse(_sql.Get.First(r => r.GetString(0), "sequence") ?? "0");
    }

    /// <summary>Writes what was only noted so far, the sequence and where logs stand: once per group, and before anything else changes zones.</summary>
    public void Save()
    {
        foreach (var zone in _zones.Values.Where(z => z.IsMoved))
        {
            _sql.MoveZone.Run(zone.Id, zone.Head.Serial, Bits(zone.Head.Nonce), (long)zone.Head.SoaSerial);
            zone.IsMoved = false;
        }

        _sql.Put.Run("sequence", Sequence.ToString());
    }

    /// <summary>Goes on from a later number: after a restored backup, so that it is told from the old file once only.</summary>
    public long CountTo(long least) => Sequence = Math.Max(Sequence + 1, least);

    /// <summary>Counts a change that is not a commit.</summary>
    public void Count() => Sequence++;

    public void Dispose() => _sql.Dispose();

    private void Keep(SqliteZone zone, RecordKey key, RecordKeeping keeping)
    {
        byte[]? standing = keeping.Standing is { } stands ? RecordCodec.Encode(stands).ToArray() : null;
        IEnumerable<HistoryItem> left = [];
        if (keeping.ErasesThrough is not null)
        {
            left = [.. keeping.Left(SqliteReads.History(_sql, zone.Name, key).Reverse())];
            _sql.EraseHistory.Run(zone.Id, key.Name, key.Type);
        }

        foreach (var item in left.Concat(keeping.History))
        {
            Sequence++;
            var version = standing is not null && item.Record == keeping.Standing ? standing : RecordCodec.Encode(item.Record).ToArray();
            _sql.AddHistory.Run(zone.Id, key.Name, key.Type, Sequence, version, item.Reason);
            if (Sequence % HistoryTrimEvery == 0)
            {
                _sql.TrimHistory.Run(zone.Id, key.Name, key.Type, zone.Policy.HistoryLength);
            }
        }

        if (keeping.Standing is { } state)
        {
            _sql.PutRecord.Run(zone.Id, key.Name, key.Type, standing, state.IsDeleted ? Tombstones.TimeOf(state) : null);
        }
    }

    private void Append(SqliteZone zone, CommitRequest request, CommitResult result, LogEntry entry, long now)
    {
        Sequence++;
        _sql.AddEntry.Run(zone.Id, entry.Serial, now, LogEntryCodec.Encode(entry).ToArray());
        var created = string.Create(result.Created.Count, result.Created, (text, flags) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = flags[i] ? 'c' : 'u';
            }
        });
        _sql.AddChange.Run(zone.Id, request.ChangeId, entry.Serial, Bits(request.Fingerprint), now + (long)CommitRules.ChangeIdLifetime.TotalMilliseconds, created);
        if (request.Origin is { } origin)
        {
            _sql.PutVector.Run(zone.Id, origin.Region, Bits(origin.Epoch.Value), origin.Serial);
        }

        if (entry.Serial - zone.First + 1 > zone.Policy.RetentionEntries)
        {
            zone.First = entry.Serial - zone.Policy.RetentionEntries + 1;
            _sql.TrimLog.Run(zone.Id, zone.First);
        }

        // Last: a failure before leaves it where the commits before this one brought it.
        zone.Head = new LogHead(entry.Epoch, entry.Serial, entry.Nonce, entry.SoaSerial);
        zone.IsMoved = true;
    }

    private CommitResult? Repeated(SqliteZone zone, CommitRequest request, long now)
    {
        var found = _sql.Change.First(r => new { Serial = r.GetInt64(0), Fingerprint = Bits(r.GetInt64(1)), Created = r.GetString(2) }, zone.Id, request.ChangeId, now);
        if (found is null)
        {
            return null;
        }

        var entry = _sql.Entry.First(r => ReadEntry((byte[])r[0]), zone.Id, found.Serial);
        var first = CommitResults.FromLog(request, new Position(zone.Name, zone.Head.Epoch, found.Serial), entry, [.. found.Created.Select(c => c == 'c')]);
        return CommitRules.Repeat(first, found.Fingerprint, request.Fingerprint);
    }

    private void Sweep(SqliteZone zone, long now)
    {
        zone.SweptAt = now;
        _sql.ForgetChanges.Run(zone.Id, now);
        var oldest = _sql.OldestKept.First(r => r.IsDBNull(0) ? zone.Head.Serial + 1 : r.GetInt64(0), zone.Id, now - (long)zone.Policy.RetentionTime.TotalMilliseconds);
        if (oldest > zone.First)
        {
            zone.First = oldest;
            _sql.TrimLog.Run(zone.Id, oldest);
        }

        var gone = Tombstones.GoneBefore(zone.Policy, SqlitePeers.Read(_sql, zone.Name), now);
        foreach (var (name, type) in _sql.DeadRecords.All(r => (r.GetString(0), r.GetString(1)), zone.Id, gone))
        {
            _sql.EraseRecord.Run(zone.Id, name, type);
            _sql.EraseHistory.Run(zone.Id, name, type);
        }
    }

    internal static ulong Bits(long value) => unchecked((ulong)value); // the bits as they are

    internal static long Bits(ulong value) => unchecked((long)value);

    internal static Record ReadRecord(SqliteDataReader reader) =>
        RecordCodec.TryDecode((byte[])reader[0], out var record, out var error) ? record : throw new StoreException(error);

    internal static LogEntry ReadEntry(byte[] bytes) =>
        LogEntryCodec.TryDecode(bytes, out var entry, out var error) ? entry : throw new StoreException(error);

    internal static VectorRow ReadStamp(SqliteDataReader reader) =>
        new(new OriginStamp(reader.GetString(0), new Epoch(Bits(reader.GetInt64(1))), reader.GetInt64(2)));

    internal static SqliteZone ReadZone(ZoneName name, SqliteDataReader reader) => new()
    {
        Name = name,
        Id = reader.GetInt64(0),
        Head = new LogHead(new Epoch(Bits(reader.GetInt64(1))), reader.GetInt64(2), Bits(reader.GetInt64(3)), (uint)reader.GetInt64(4)),
        Policy = StoredJson.Policy(name.Value, reader.GetString(5)),
        First = reader.IsDBNull(6) ? reader.GetInt64(2) + 1 : reader.GetInt64(6),
    };

    /// <summary>A row of the vector; a class so that "no row" is null.</summary>
    internal sealed record VectorRow(OriginStamp Stamp);
}
