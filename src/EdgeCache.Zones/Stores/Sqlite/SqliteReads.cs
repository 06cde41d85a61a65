using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What is read outside the writer.</summary>
internal static class SqliteReads
{
    private const string DirectoryVersion = "directory";

    public static long? IdOf(SqliteStatements sql, ZoneName zone) => sql.Zone.First(r => SqliteSession.ReadZone(zone, r), zone.Value)?.Id;

    public static ZoneRead Zone(SqliteStatements sql, ZoneCursor cursor, int maxEntries)
    {
        if (sql.Zone.First(r => SqliteSession.ReadZone(cursor.Zone, r), cursor.Zone.Value) is not { } zone)
        {
            return new ZoneRead { Zone = cursor.Zone, Exists = false };
        }

        // None when the entry right after the cursor is gone: a follower must not take what comes later for what comes next.
        var reads = cursor.Epoch == zone.Head.Epoch && cursor.Serial + 1 >= zone.First && cursor.Serial < zone.Head.Serial;
        return new ZoneRead
        {
            Zone = cursor.Zone,
            Exists = true,
            Epoch = zone.Head.Epoch,
            Head = zone.Head.Serial,
            First = zone.First,
            SoaSerial = zone.Head.SoaSerial,
            HeadNonce = zone.Head.Nonce,
            Vector = [.. sql.Vectors.All(SqliteSession.ReadStamp, zone.Id).Select(v => v.Stamp)],
            Entries = reads ? sql.Entries.All(r => SqliteSession.ReadEntry((byte[])r[0]), zone.Id, cursor.Serial, maxEntries) : [],
        };
    }

    public static IReadOnlyList<HistoryItem> History(SqliteStatements sql, ZoneName zone, RecordKey key)
    {
        if (sql.Zone.First(r => SqliteSession.ReadZone(zone, r), zone.Value) is not { } found)
        {
            return [];
        }

        return sql.History.All(
            r => new HistoryItem(SqliteSession.ReadRecord(r), r.IsDBNull(1) ? null : r.GetString(1)), found.Id, key.Name, key.Type, found.Policy.HistoryLength);
    }

    public static ZoneDirectory Directory(SqliteStatements sql) => new(
        long.Parse(sql.Get.First(r => r.GetString(0), DirectoryVersion) ?? "0"),
        [.. sql.Directory.All(r => new ZoneDefinition(ZoneName.Parse(r.GetString(0)), StoredJson.Policy(r.GetString(0), r.GetString(1))))]);

    /// <summary>The directory has changed.</summary>
    public static void MoveDirectory(SqliteSession session)
    {
        var version = long.Parse(session.Sql.Get.First(r => r.GetString(0), DirectoryVersion) ?? "0");
        session.Sql.Put.Run(DirectoryVersion, (version + 1).ToString());
        session.Count();
        session.SaveSequence();
        session.Forget();
    }
}
