using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What the one writer does inside a group's transaction. Not thread-safe.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const long SweepEveryMilliseconds = 1_000;
    private readonly TimeProvider _time;
    private readonly string _region;
    private readonly Dictionary<ZoneName, SqliteZone> _zones = [];
    private readonly SqliteStatements _sql;
    private readonly SqliteUnpacker _unpacker;

    public SqliteSession(SqliteConnection connection, TimeProvider time, string region, Unpackings unpackings)
    {
        _time = time;
        _region = region;
        _sql = new SqliteStatements(connection);
        _unpacker = new SqliteUnpacker(_sql, unpackings);
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

        if (request.Writes.Count > BatchChange.MaxChanges || request.Writes.Any(w => w.State.IsErased))
        {
            _unpacker.All(zone);
        }

        var current = new Record?[request.Writes.Count];
        for (var i = 0; i < current.Length; i++)
        {
            var key = request.Writes[i].State.Key;
            _unpacker.One(zone, key);
            current[i] = _sql.Record.First(SqliteRows.ReadRecord, zone.Id, key.Name, key.Type);
        }

        var vector = request.Origin is { } origin ? _sql.Vector.First(SqliteRows.ReadStamp, zone.Id, origin.Region)?.Stamp : null;
        var decision = CommitRules.Decide(request, zone.Policy, zone.Head, current, vector, _region, now);
        if (decision.Entry is { } entry)
        {
            for (var i = 0; i < request.Writes.Count; i++)
            {
                Keep(zone, request.Writes[i].State.Key, decision.Keepings[i]);
            }

            Append(zone, request, decision.Result, entry, LogEntryCodec.Encode(entry), now);
            if (decision.CutsLog)
            {
                zone.First = entry.Serial;
                _sql.TrimLog.Run(zone.Id, zone.First);
            }
        }

        return (decision.Result, decision.Entry);
    }

    /// <summary>Commits what was prepared; false, with nothing done, when the zone is not what it was prepared for.</summary>
    public bool Commit(PreparedCommit prepared)
    {
        var entry = prepared.Decision.Entry!; // a commit without one needs no writer
        if (Find(entry.Zone) is not { } zone || zone.Head != prepared.Head || StoredJson.Write(zone.Policy) != StoredJson.Write(prepared.Policy) || _unpacker.SerialOf(zone.Id) is not null)
        {
            return false;
        }

        _unpacker.Begin(zone.Id, entry, Sequence + 1);
        Sequence += prepared.Request.Writes.Count;
        Append(zone, prepared.Request, prepared.Decision.Result, entry, prepared.Encoded, Now);
        return true;
    }

    /// <summary>Which change of the zone a request has to wait for, since the tables do not have it yet; null when they have all, or the request came before.</summary>
    public (long Zone, long Serial)? UnpackingBefore(CommitRequest request) =>
        Find(request.Zone) is { } zone && _unpacker.SerialOf(zone.Id) is { } serial && _sql.Change.First(static r => r.GetString(2), zone.Id, request.ChangeId, Now) is null ? (zone.Id, serial) : null;

    /// <summary>True when the tables do not have all that is in the log.</summary>
    public bool IsUnpacking => _unpacker.Next is not null;

    /// <summary>Brings a slice of what is only in the log into the tables.</summary>
    public void Unpack()
    {
        if (_unpacker.Next is { } next && Find(next) is { } zone)
        {
            _unpacker.Some(zone);
        }
    }

    /// <summary>The tables of a zone have all that its log has, for work that changes either as a whole.</summary>
    public void UnpackAll(SqliteZone zone) => _unpacker.All(zone);

    /// <summary>What was done is on disk.</summary>
    public void Settle() => _unpacker.Settle();

    public SqliteZone? Find(ZoneName name)
    {
        if (!_zones.TryGetValue(name, out var zone) && _sql.Zone.First(r => SqliteRows.ReadZone(name, r), name.Value) is { } read)
        {
            _zones[name] = zone = read;
        }

        return zone;
    }

    /// <summary>Forgets what it knows, also what was not saved: the next look asks the database.</summary>
    public void Forget()
    {
        _zones.Clear();
        _unpacker.Restore();
        Sequence = long.Parse(_sql.Get.First(r => r.GetString(0), "sequence") ?? "0");
    }

    /// <summary>Writes what was only noted so far, the sequence and where logs stand: once per group, and before anything else changes zones.</summary>
    public void Save()
    {
        foreach (var zone in _zones.Values.Where(z => z.IsMoved))
        {
            _sql.MoveZone.Run(zone.Id, zone.Head.Serial, SqliteRows.Bits(zone.Head.Nonce), (long)zone.Head.SoaSerial);
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
        var standing = keeping.Standing is { } stands ? RecordCodec.Encode(stands) : default;
        IEnumerable<HistoryItem> left = [];
        if (keeping.ErasesThrough is not null)
        {
            left = [.. keeping.Left(SqliteReads.History(_sql, zone, key).AsEnumerable().Reverse())];
            _sql.EraseHistory.Run(zone.Id, key.Name, key.Type);
        }

        foreach (var item in left.Concat(keeping.History))
        {
            Sequence++;
            var version = keeping.Standing is not null && item.Record == keeping.Standing ? standing : RecordCodec.Encode(item.Record);
            _sql.AddHistory.Run(zone.Id, key.Name, key.Type, Sequence, version, item.Reason);
            if (Sequence % SqliteUnpacker.HistoryTrimEvery == 0)
            {
                _sql.TrimHistory.Run(zone.Id, key.Name, key.Type, zone.Policy.HistoryLength);
            }
        }

        if (keeping.Standing is { } state)
        {
            _sql.PutRecord.Run(zone.Id, key.Name, key.Type, standing, state.IsDeleted ? Tombstones.TimeOf(state) : default(SqliteValue));
        }
    }

    private void Append(SqliteZone zone, CommitRequest request, CommitResult result, LogEntry entry, ReadOnlyMemory<byte> encoded, long now)
    {
        Sequence++;
        _sql.AddEntry.Run(zone.Id, entry.Serial, now, encoded);
        var created = string.Create(result.Created.Count, result.Created, (text, flags) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = flags[i] ? 'c' : 'u';
            }
        });
        _sql.AddChange.Run(zone.Id, request.ChangeId, entry.Serial, SqliteRows.Bits(request.Fingerprint), now + (long)CommitRules.ChangeIdLifetime.TotalMilliseconds, created);
        if (request.Origin is { } origin)
        {
            _sql.PutVector.Run(zone.Id, origin.Region, SqliteRows.Bits(origin.Epoch.Value), origin.Serial);
        }

        if (entry.Serial - zone.First + 1 > zone.Policy.RetentionEntries)
        {
            Trim(zone, entry.Serial - zone.Policy.RetentionEntries + 1);
        }

        // Last: a failure before leaves it where the commits before this one brought it.
        zone.Head = new LogHead(entry.Epoch, entry.Serial, entry.Nonce, entry.SoaSerial);
        zone.IsMoved = true;
    }

    /// <summary>Drops the oldest of a log, but none that the tables still take records from.</summary>
    private void Trim(SqliteZone zone, long first)
    {
        zone.First = Math.Min(first, _unpacker.SerialOf(zone.Id) ?? long.MaxValue);
        _sql.TrimLog.Run(zone.Id, zone.First);
    }

    private CommitResult? Repeated(SqliteZone zone, CommitRequest request, long now)
    {
        var found = _sql.Change.First(r => new { Serial = r.GetInt64(0), Fingerprint = SqliteRows.Bits(r.GetInt64(1)), Created = r.GetString(2) }, zone.Id, request.ChangeId, now);
        if (found is null)
        {
            return null;
        }

        var entry = _sql.Entry.First(SqliteRows.ReadEntry, zone.Id, found.Serial);
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
            Trim(zone, oldest);
        }

        var gone = Tombstones.GoneBefore(zone.Policy, SqlitePeers.Read(_sql, zone.Name), now);
        foreach (var (name, type) in _unpacker.SerialOf(zone.Id) is not null ? [] : _sql.DeadRecords.All(r => (r.GetString(0), r.GetString(1)), zone.Id, gone))
        {
            _sql.EraseRecord.Run(zone.Id, name, type);
            _sql.EraseHistory.Run(zone.Id, name, type);
        }
    }
}
