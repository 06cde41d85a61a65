using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>The regions that a zone takes entries from: one small value for each zone, a line for each region.</summary>
internal static class SqlitePeers
{
    public static IReadOnlyList<PeerRegion> Read(SqliteStatements sql, ZoneName zone) =>
        sql.Get.First(r => r.GetString(0), Name(zone)) is { Length: > 0 } text
            ? [.. text.Split('\n').Select(l => l.Split(' ')).Where(l => l.Length == 2).Select(l => PeerRegion.Read(l[0], l[1])).OfType<PeerRegion>()]
            : [];

    public static void Write(SqliteStatements sql, ZoneName zone, IEnumerable<PeerRegion> peers)
    {
        var text = string.Join('\n', peers.OrderBy(p => p.Region, StringComparer.Ordinal).Select(p => $"{p.Region} {p.Standing}"));
        if (text.Length > 0)
        {
            sql.Put.Run(Name(zone), text);
        }
        else
        {
            sql.Drop.Run(Name(zone));
        }
    }

    private static string Name(ZoneName zone) => $"peers:{zone}";
}
