using System.Text;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Hosting;

/// <summary>Loads master files into zones at start: what differs from the store is published or deleted, in as few changes as may be.</summary>
internal static class ZoneFiles
{
    private const int Page = 1_000;

    /// <summary>Loads all files.</summary>
    /// <exception cref="StartUpException">A file is not good; the message has every error with line and column.</exception>
    public static async Task LoadAsync(NodeContext context, IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        foreach (var (zoneText, path) in files)
        {
            var zone = ZoneName.Parse(zoneText); // Checked when the options were.
            var reading = Task.Run(() => ZoneFile.Read(path, zone), cancellation);
            var there = await StoredAsync(context.Store, zone, cancellation).ConfigureAwait(false);
            var file = await reading.ConfigureAwait(false);
            if (file.Errors.Count > 0)
            {
                throw new StartUpException(string.Join('\n', file.Errors));
            }

            var directory = await context.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
            if (directory.Find(zone) is null)
            {
                // The serials of a first load lead up to the one in the file (PLANE.md 29): a secondary that comes too early asks again.
                var definition = new ZoneDefinition(zone, ZonePolicy.Standard) { FirstSoaSerial = Before(file.SoaSerial, Parts(file.Records.Count)) };
                await context.Store.PutZoneAsync(definition, cancellation).ConfigureAwait(false);
            }

            await PublishAsync(context, zone, file, there, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task PublishAsync(
        NodeContext context, ZoneName zone, ZoneFile file, IReadOnlyDictionary<RecordKey, Record> there, CancellationToken cancellation)
    {
        var publishes = file.Records
            .Select(r => new RecordPublish { Key = r.Key, Ttl = r.Ttl, Value = Encoding.UTF8.GetBytes(r.Value) })
            .Where(r => !(there.TryGetValue(r.Key, out var old) && old.Ttl == r.Ttl && old.Value.Span.SequenceEqual(r.Value.Span)))
            .ToList();
        var wanted = file.Records.Select(r => r.Key).ToHashSet();
        var deletes = there.Keys.Where(k => k.IsDns && !wanted.Contains(k)).Select(k => new RecordDelete { Key = k }).ToList();
        var left = Parts(publishes.Count + deletes.Count);
        foreach (var chunk in publishes.Cast<object>().Concat(deletes).Chunk(Page))
        {
            var batch = new WriteBatch { Publishes = [.. chunk.OfType<RecordPublish>()], Deletes = [.. chunk.OfType<RecordDelete>()], IsPartOfWholeZone = true };
            var result = await context.Publisher.BatchAsync(zone, batch, new WriteContext { SoaSerial = Before(file.SoaSerial, --left) }, cancellation).ConfigureAwait(false);
            if (!result.IsCommitted)
            {
                throw new StartUpException($"zone {zone}: {result.Error ?? result.Outcome.ToString()}");
            }
        }
    }

    private static int Parts(int records) => (records + Page - 1) / Page;

    /// <summary>An earlier serial; serial arithmetic wraps (RFC 1982).</summary>
    private static uint Before(uint serial, int steps) => unchecked(serial - (uint)steps);

    private static async Task<Dictionary<RecordKey, Record>> StoredAsync(IZoneStore store, ZoneName zone, CancellationToken cancellation)
    {
        var all = new Dictionary<RecordKey, Record>();
        RecordKey? after = null;
        while (true)
        {
            var page = await store.ListAsync(zone, after, Page, cancellation).ConfigureAwait(false);
            foreach (var record in page.Where(r => !r.IsDeleted))
            {
                all[record.Key] = record;
            }

            if (page.Count < Page)
            {
                return all;
            }

            after = page[^1].Key;
        }
    }
}
