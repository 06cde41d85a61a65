using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// Brings changes of whole zones from the log into the tables, a slice at a time between other commits. All it knows is in the database as well: a process that is killed goes on where the last slice was
/// committed. The writer's own, not thread-safe.
/// </summary>
internal sealed class SqliteUnpacker
{
    /// <summary>Versions of a record beyond its history are looked for at each so manieth version.</summary>
    public const int HistoryTrimEvery = 16;

    /// <summary>Changes in a slice: other commits wait for no more than one, some milliseconds.</summary>
    private const int Slice = 1_000;

    private readonly SqliteStatements _sql;
    private readonly Unpackings _shown;
    private readonly EncodedWriter _state = new();
    private readonly List<Work> _works = [];

    public SqliteUnpacker(SqliteStatements sql, Unpackings shown)
    {
        _sql = sql;
        _shown = shown;
        Restore();
    }

    /// <summary>The next zone that has something left; null when none has.</summary>
    public ZoneName? Next => _works.Count > 0 ? _works[0].What.Entry.Zone : null;

    /// <summary>The serial of the zone's change under way, which its log has to keep; null when there is none.</summary>
    public long? SerialOf(long zone) => Of(zone)?.What.Entry.Serial;

    /// <summary>A change was added to the log. <paramref name="at"/>: the number of its first version.</summary>
    public void Begin(long zone, LogEntry entry, long at)
    {
        _sql.AddUnpacking.Run(zone, entry.Serial, at);
        _works.Add(new Work(_shown.Add(zone, entry), at));
    }

    /// <summary>Some of a zone's.</summary>
    public void Some(SqliteZone zone) => Through(zone, Slice);

    /// <summary>All of a zone's, for what cannot be done beside it.</summary>
    public void All(SqliteZone zone) => Through(zone, int.MaxValue);

    /// <summary>One record out of its turn: it is about to be written.</summary>
    public void One(SqliteZone zone, RecordKey key)
    {
        if (Of(zone.Id) is { } work && work.What.PlaceOf(key) is var place && place >= work.Next && work.Early.Add(place))
        {
            _sql.AddUnpacked.Run(zone.Id, place);
            Put(zone, work, place);
        }
    }

    /// <summary>What was done is on disk: whoever waited for the end of one is told.</summary>
    public void Settle() => _shown.Keep([.. _works.Select(w => w.What)]);

    /// <summary>Knows again what the database says, after something was taken back or a zone was dropped.</summary>
    public void Restore()
    {
        _works.Clear();
        foreach (var row in _sql.AllUnpacking.All(SqliteRows.ReadUnpacking))
        {
            var what = _shown.Find(row.Zone, row.Serial) ?? _shown.Add(row.Zone, Read(row));
            _works.Add(new Work(what, row.At) { Next = row.Next, Early = [.. _sql.AllUnpacked.All(r => (int)r.GetInt64(0), row.Zone)] });
        }

        Settle();
    }

    private LogEntry Read(SqliteRows.UnpackingRow row) =>
        _sql.Entry.First(SqliteRows.ReadEntry, row.Zone, row.Serial) ?? throw new StoreException($"entry {row.Serial} is missing that records were still to be taken from");

    private Work? Of(long zone) => _works.Find(w => w.What.Zone == zone);

    private void Through(SqliteZone zone, int count)
    {
        if (Of(zone.Id) is not { } work)
        {
            return;
        }

        var end = (int)Math.Min((long)work.Next + count, work.What.Changes.Count);
        for (; work.Next < end; work.Next++)
        {
            if (!work.Early.Contains(work.Next))
            {
                Put(zone, work, work.Next);
            }
        }

        if (end < work.What.Changes.Count)
        {
            _sql.MoveUnpacking.Run(zone.Id, end);
            return;
        }

        _sql.EndUnpacking.Run(zone.Id);
        _sql.ForgetUnpacked.Run(zone.Id);
        _works.Remove(work);
    }

    private void Put(SqliteZone zone, Work work, int place)
    {
        var (change, at) = (work.What.Changes[place], work.At + place);
        var key = change.After.Key;
        _state.Clear();
        RecordCodec.Write(_state, change.After);
        _sql.AddHistory.Run(zone.Id, key.Name, key.Type, at, _state.Written, change.Loser);
        if (at % HistoryTrimEvery == 0)
        {
            _sql.TrimHistory.Run(zone.Id, key.Name, key.Type, zone.Policy.HistoryLength);
        }

        if (change.Loser is null)
        {
            _sql.PutRecord.Run(zone.Id, key.Name, key.Type, _state.Written, change.After.IsDeleted ? Tombstones.TimeOf(change.After) : default(SqliteValue));
        }
    }

    private sealed class Work(Unpacking what, long at)
    {
        public Unpacking What { get; } = what;

        public long At { get; } = at;

        public int Next { get; set; }

        /// <summary>Places that came out of their turn.</summary>
        public HashSet<int> Early { get; init; } = [];
    }
}
