using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What is read outside the writer.</summary>
internal static class SqliteReads
{
    /// <summary>Entries of one read end here: they are decoded all at once, and one may be a whole zone.</summary>
    private const long MaxEntryBytes = 16 << 20;

    private const string DirectoryVersion = "directory";

    public static Record? Find(SqliteStatements sql, Unpackings unpackings, ZoneName name, RecordKey key, long now) => Of(sql, name) is { } zone
        ? There(sql, zone, Waiting.In(sql, unpackings, zone)?.Find(key) is { Loser: null } change ? change.After : sql.Record.First(SqliteRows.ReadRecord, zone.Id, key.Name, key.Type), now)
        : null;

    /// <summary>A page of records; tombstones whose grace is over are passed over without shortening the page.</summary>
    public static IReadOnlyList<Record> List(SqliteStatements sql, Unpackings unpackings, ZoneName name, RecordKey? after, int max, long now)
    {
        var found = new List<Record>();
        if (Of(sql, name) is not { } zone)
        {
            return found;
        }

        var waiting = Waiting.In(sql, unpackings, zone);
        while (found.Count < max)
        {
            var asked = max - found.Count;
            var page = sql.Records.All(SqliteRows.ReadRecord, zone.Id, after?.Name ?? "", after?.Type ?? "", asked);
            page = waiting?.Over(page, after, asked) ?? page;
            found.AddRange(page.Where(r => There(sql, zone, r, now) is not null));
            if (page.Count < asked)
            {
                break;
            }

            after = page[^1].Key;
        }

        return found;
    }

    private static Record? There(SqliteStatements sql, SqliteZone zone, Record? record, long now) =>
        record is { IsDeleted: true } ? record.At(Tombstones.GoneBefore(zone.Policy, SqlitePeers.Read(sql, zone.Name), now)) : record;

    private static SqliteZone? Of(SqliteStatements sql, ZoneName zone) => sql.Zone.First(r => SqliteRows.ReadZone(zone, r), zone.Value);

    public static ZoneRead Zone(SqliteStatements sql, Unpackings unpackings, ZoneCursor cursor, int maxEntries)
    {
        if (sql.Zone.First(r => SqliteRows.ReadZone(cursor.Zone, r), cursor.Zone.Value) is not { } zone)
        {
            return new ZoneRead { Zone = cursor.Zone, Exists = false };
        }

        // None when the entry right after the cursor is gone: a follower must not take what comes later for what comes next.
        var reads = cursor.Epoch == zone.Head.Epoch && cursor.Serial + 1 >= zone.First && cursor.Serial < zone.Head.Serial;
        var (entries, fault) = reads ? Entries(sql, unpackings, zone, cursor.Serial, maxEntries) : ([], null);
        return new ZoneRead
        {
            Zone = cursor.Zone,
            Exists = true,
            Epoch = zone.Head.Epoch,
            Head = zone.Head.Serial,
            First = zone.First,
            SoaSerial = zone.Head.SoaSerial,
            HeadNonce = zone.Head.Nonce,
            Vector = [.. sql.Vectors.All(SqliteRows.ReadStamp, zone.Id).Select(v => v.Stamp)],
            Peers = SqlitePeers.Read(sql, cursor.Zone),
            Entries = entries,
            Fault = fault,
        };
    }

    /// <summary>Entries until they have <see cref="MaxEntryBytes"/> together; the first is read however long it is. One that is at hand needs no decoding.</summary>
    private static (IReadOnlyList<LogEntry> Entries, string? Fault) Entries(SqliteStatements sql, Unpackings unpackings, SqliteZone zone, long after, int max)
    {
        var entries = new List<LogEntry>();
        string? fault = null;
        var bytes = 0L;
        sql.Entries.Each(
            row =>
            {
                if (unpackings.Find(zone.Id, row.GetInt64(0)) is { } known && known.Entry.Epoch == zone.Head.Epoch)
                {
                    entries.Add(known.Entry);
                    return false;
                }

                var encoded = row.GetBytes(1);
                if (LogEntryCodec.TryDecode(encoded, out var entry, out fault))
                {
                    entries.Add(entry);
                }

                bytes += encoded.Length;
                return fault is null && bytes < MaxEntryBytes;
            },
            zone.Id,
            after,
            max);
        return (entries, fault);
    }

    public static IReadOnlyList<HistoryItem> History(SqliteStatements sql, Unpackings unpackings, ZoneName zone, RecordKey key)
    {
        if (sql.Zone.First(r => SqliteRows.ReadZone(zone, r), zone.Value) is not { } found)
        {
            return [];
        }

        var items = History(sql, found, key);
        return Waiting.In(sql, unpackings, found)?.Find(key) is { } change ? [.. items.Prepend(new HistoryItem(change.After, change.Loser)).Take(found.Policy.HistoryLength)] : items;
    }

    /// <summary>What the table says, newest first.</summary>
    public static List<HistoryItem> History(SqliteStatements sql, SqliteZone zone, RecordKey key) => sql.History.All(
        r => new HistoryItem(SqliteRows.ReadRecord(r), r.IsDBNull(1) ? null : r.GetString(1)), zone.Id, key.Name, key.Type, zone.Policy.HistoryLength);

    public static ZoneDirectory Directory(SqliteStatements sql) => new(
        long.Parse(sql.Get.First(r => r.GetString(0), DirectoryVersion) ?? "0"),
        [.. sql.Directory.All(r => new ZoneDefinition(ZoneName.Parse(r.GetString(0)), StoredJson.Policy(r.GetString(0), r.GetString(1))))]);

    /// <summary>The directory has changed.</summary>
    public static void MoveDirectory(SqliteSession session)
    {
        var version = long.Parse(session.Sql.Get.First(r => r.GetString(0), DirectoryVersion) ?? "0");
        session.Sql.Put.Run(DirectoryVersion, (version + 1).ToString());
        session.Count();
        session.Save();
        session.Forget();
    }
}
