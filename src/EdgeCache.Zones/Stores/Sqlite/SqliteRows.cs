using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What the rows of the tables stand for.</summary>
internal static class SqliteRows
{
    public static ulong Bits(long value) => unchecked((ulong)value); // the bits as they are

    public static long Bits(ulong value) => unchecked((long)value); // the bits as they are

    public static Record ReadRecord(SqliteRow row) =>
        RecordCodec.TryDecode(row.GetBytes(0), out var record, out var error) ? record : throw new StoreException(error);

    public static LogEntry ReadEntry(SqliteRow row) =>
        LogEntryCodec.TryDecode(row.GetBytes(0), out var entry, out var error) ? entry : throw new StoreException(error);

    public static VectorRow ReadStamp(SqliteRow row) =>
        new(new OriginStamp(row.GetString(0), new Epoch(Bits(row.GetInt64(1))), row.GetInt64(2)));

    public static UnpackingRow ReadUnpacking(SqliteRow row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), (int)row.GetInt64(3));

    public static SqliteZone ReadZone(ZoneName name, SqliteRow row) => new()
    {
        Name = name,
        Id = row.GetInt64(0),
        Head = new LogHead(new Epoch(Bits(row.GetInt64(1))), row.GetInt64(2), Bits(row.GetInt64(3)), (uint)row.GetInt64(4)),
        Policy = StoredJson.Policy(name.Value, row.GetString(5)),
        First = row.IsDBNull(6) ? row.GetInt64(2) + 1 : row.GetInt64(6),
    };

    /// <summary>A row of the vector; a class so that "no row" is null.</summary>
    internal sealed record VectorRow(OriginStamp Stamp);

    /// <summary>A row that says how far a whole zone's change has come: <paramref name="At"/> is the number of its first version, <paramref name="Next"/> the first of its changes that is not in the tables.</summary>
    internal sealed record UnpackingRow(long Zone, long Serial, long At, int Next);
}
