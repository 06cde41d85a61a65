using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What a reader has to put over the tables of one zone: changes that are in the log and not in the tables yet, as of its own transaction. One reader's own.</summary>
internal sealed class Waiting
{
    private readonly SqliteStatements _sql;
    private readonly Unpacking _what;
    private readonly int _next;

    private Waiting(SqliteStatements sql, Unpacking what, int next)
    {
        _sql = sql;
        _what = what;
        _next = next;
    }

    /// <summary>Null when the tables have all, which is nearly always.</summary>
    public static Waiting? In(SqliteStatements sql, Unpackings unpackings, SqliteZone zone)
    {
        if (sql.Unpacking.First(SqliteRows.ReadUnpacking, zone.Id) is not { } row)
        {
            return null;
        }

        // Not at hand when it ended after this transaction had begun.
        var what = unpackings.Find(row.Zone, row.Serial) ?? new Unpacking(row.Zone, sql.Entry.First(SqliteRows.ReadEntry, row.Zone, row.Serial) ?? throw new StoreException($"entry {row.Serial} of {zone.Name} is missing"));
        return new Waiting(sql, what, row.Next);
    }

    /// <summary>The change of a record, when the tables do not have it.</summary>
    public RecordChange? Find(RecordKey key) => _what.PlaceOf(key) is var place && IsWaiting(place) ? _what.Changes[place] : null;

    /// <summary>A page of the table behind <paramref name="after"/> with what is waiting put in its place; as many as were asked for, or all there are.</summary>
    public List<Record> Over(IReadOnlyList<Record> page, RecordKey? after, int asked)
    {
        var merged = new List<Record>(asked);
        var at = 0;
        foreach (var place in _what.PlacesAfter(after).Where(p => _what.Changes[p].Loser is null && IsWaiting(p)))
        {
            var record = _what.Changes[place].After;
            for (; at < page.Count && merged.Count < asked && RecordKeyOrder.Instance.Compare(page[at].Key, record.Key) is var order && order <= 0; at++)
            {
                if (order < 0)
                {
                    merged.Add(page[at]);
                }
            }

            if (merged.Count == asked)
            {
                return merged;
            }

            merged.Add(record);
        }

        merged.AddRange(page.Skip(at).Take(asked - merged.Count));
        return merged;
    }

    private bool IsWaiting(int place) => place >= _next && _sql.Unpacked.First(static r => (object)r.GetInt64(0), _what.Zone, place) is null;
}
