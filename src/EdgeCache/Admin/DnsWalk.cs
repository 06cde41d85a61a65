using System.Text;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Admin;

/// <summary>The way from the root to a name through the zones of this store: each zone's referral, then the answer. For people.</summary>
internal static class DnsWalk
{
    /// <summary>Zones above a name that are looked at; deeper ones are left out.</summary>
    private const int MaxDepth = 16;

    public static async Task<IReadOnlyList<object>> MakeAsync(IZoneStore store, IReadOnlyList<ZoneName> path, RecordKey asked, CancellationToken cancellation)
    {
        var steps = new List<object>();
        for (var i = 0; i < path.Count - 1 && i < MaxDepth; i++)
        {
            var records = new List<object>();
            var cut = new RecordKey(Relative(path[i + 1].Value, path[i]), "NS");
            if (await FindAsync(store, path[i], cut, cancellation).ConfigureAwait(false) is { } servers)
            {
                records.Add(Row(servers));
                foreach (var server in Text(servers).Split('\n').Select(l => l.TrimEnd('.').ToLowerInvariant()).Where(s => IsUnder(s, path[i])).Take(2))
                {
                    if (await FindAsync(store, path[i], new RecordKey(Relative(server, path[i]), "A"), cancellation).ConfigureAwait(false) is { } glue)
                    {
                        records.Add(Row(glue));
                    }
                }
            }

            steps.Add(new { zone = path[i].Value, kind = records.Count > 0 ? "referral" : "nodata", records });
        }

        steps.Add(await LastAsync(store, path[^1], asked, cancellation).ConfigureAwait(false));
        return steps;
    }

    private static async Task<object> LastAsync(IZoneStore store, ZoneName zone, RecordKey asked, CancellationToken cancellation)
    {
        if (await FindAsync(store, zone, asked, cancellation).ConfigureAwait(false) is { } record)
        {
            return new { zone = zone.Value, kind = "answer", records = new[] { Row(record) } };
        }

        if (asked.IsDns && await FindAsync(store, zone, new RecordKey(asked.Name, "CNAME"), cancellation).ConfigureAwait(false) is { } alias)
        {
            return new { zone = zone.Value, kind = "alias", records = new[] { Row(alias) } };
        }

        return new { zone = zone.Value, kind = "nodata", records = Array.Empty<object>() };
    }

    /// <summary>A name relative to a zone's apex.</summary>
    public static string Relative(string full, ZoneName zone) =>
        full == zone.Value || full.Length == 0 ? "@" : zone.Value == "." ? full : full[..^(zone.Value.Length + 1)];

    public static bool IsUnder(string full, ZoneName zone) =>
        zone.Value == "." || full == zone.Value || full.EndsWith("." + zone.Value, StringComparison.Ordinal);

    private static async ValueTask<Record?> FindAsync(IZoneStore store, ZoneName zone, RecordKey key, CancellationToken cancellation) =>
        await store.FindAsync(zone, key, cancellation).ConfigureAwait(false) is { IsDeleted: false } record ? record : null;

    private static string Text(Record record) => Encoding.UTF8.GetString(record.Value.Span);

    private static object Row(Record record) => new { name = record.Key.Name, type = record.Key.Type, ttl = record.Ttl, value = record.Key.IsDns ? Text(record) : $"{record.Value.Length} bytes" };
}
