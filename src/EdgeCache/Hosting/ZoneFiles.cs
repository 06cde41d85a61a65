using System.Globalization;
using System.Text;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Hosting;

/// <summary>Loads master files into zones at start: what differs from the store is published or deleted, in as few changes as may be.</summary>
internal static class ZoneFiles
{
    private const int Page = 1_000;

    /// <summary>Reads all files at once.</summary>
    /// <exception cref="StartUpException">A file is not good; the message has every error of all with line and column.</exception>
    public static async Task<IReadOnlyList<(ZoneName Zone, ZoneFile File)>> ReadAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        var read = await Task.WhenAll(files.Select(f => Task.Run(() => Read(ZoneName.Parse(f.Key), f.Value), cancellation))).ConfigureAwait(false); // The names were checked with the options.
        var errors = read.SelectMany(f => f.File.Errors).ToList();
        return errors.Count == 0 ? read : throw new StartUpException(string.Join('\n', errors));
    }

    /// <summary>Where the log of a zone ends, and the SOA serial there; null when the store has no such zone.</summary>
    public static async Task<ZoneRead?> FindAsync(NodeContext context, ZoneName zone, CancellationToken cancellation)
    {
        var read = await context.Store.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 1, cancellation).ConfigureAwait(false);
        return read.Zones is [{ Exists: true } found] ? found : null;
    }

    /// <summary>True when the store knows the zone and has lost its log: an operator's word begins another, and nothing else.</summary>
    public static async Task<bool> IsLostAsync(NodeContext context, ZoneName zone, CancellationToken cancellation) =>
        (await context.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Find(zone) is not null && await FindAsync(context, zone, cancellation).ConfigureAwait(false) is null;

    /// <summary>The SOA serial that a process before this one answered the zone with from a file; null when none did.</summary>
    public static async Task<uint?> ShownSerialAsync(NodeContext context, ZoneName zone, CancellationToken cancellation) =>
        uint.TryParse(await context.Store.ReadValueAsync(StoredValues.ShownSerial(zone), cancellation).ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var serial) ? serial : null;

    /// <summary>Notes it. Of two origins at once the later note stands: either leads to the serial of its file.</summary>
    public static async Task NoteSerialAsync(NodeContext context, ZoneName zone, uint serial, CancellationToken cancellation)
    {
        var name = StoredValues.ShownSerial(zone);
        var known = await context.Store.ReadValueAsync(name, cancellation).ConfigureAwait(false);
        await context.Store.ReplaceValueAsync(name, known, serial.ToString(CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes a zone what its file says, in one change where the store takes as much at once. <paramref name="serial"/>: the SOA serial it then has, unless the log is beyond. Returns the position at which it is.</summary>
    /// <exception cref="StartUpException">The store does not take it.</exception>
    public static async Task<Position> LoadAsync(NodeContext context, ZoneName zone, ZoneFile file, uint serial, CancellationToken cancellation)
    {
        var (publishes, deletes) = Differences(file, await StoredAsync(context.Store, zone, cancellation).ConfigureAwait(false));
        var directory = await context.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
        if (directory.Find(zone) is null)
        {
            // The serials of a first load in parts lead up to the one in the file (PLANE.md 29): a secondary that comes too early asks again.
            var definition = new ZoneDefinition(zone, ZonePolicy.Standard) { FirstSoaSerial = Before(serial, Parts(context.Store, publishes.Count)) };
            await context.Store.PutZoneAsync(definition, cancellation).ConfigureAwait(false);
        }

        var reached = await FindAsync(context, zone, cancellation).ConfigureAwait(false);
        return await PublishAsync(context, zone, publishes, deletes, serial, cancellation).ConfigureAwait(false) ?? new Position(zone, reached?.Epoch ?? default, reached?.Head ?? 0);
    }

    private static (ZoneName Zone, ZoneFile File) Read(ZoneName zone, string path) => (zone, ZoneFile.Read(path, zone));

    /// <summary>What a file says and a zone does not, and what the file does not name.</summary>
    private static (List<RecordPublish> Publishes, List<RecordDelete> Deletes) Differences(ZoneFile file, Dictionary<RecordKey, Record> there)
    {
        var records = file.ToRecords();
        var publishes = new List<RecordPublish>(records.Count);
        var pace = WholeZonePace.For(records.Count);
        foreach (var record in records)
        {
            pace?.Step();
            var value = Encoding.UTF8.GetBytes(record.Value);
            if (!there.Remove(record.Key, out var old) || old.Ttl != record.Ttl || !old.Value.Span.SequenceEqual(value))
            {
                publishes.Add(new RecordPublish { Key = record.Key, Ttl = record.Ttl, Value = value });
            }
        }

        return (publishes, [.. there.Keys.Where(k => k.IsDns).Select(k => new RecordDelete { Key = k })]);
    }

    private static async Task<Position?> PublishAsync(
        NodeContext context, ZoneName zone, List<RecordPublish> publishes, List<RecordDelete> deletes, uint serial, CancellationToken cancellation)
    {
        var left = Parts(context.Store, publishes.Count + deletes.Count);
        Position? reached = null;
        foreach (var chunk in publishes.Cast<object>().Concat(deletes).Chunk(context.Store.LongestBatch))
        {
            var batch = new WriteBatch { Publishes = [.. chunk.OfType<RecordPublish>()], Deletes = [.. chunk.OfType<RecordDelete>()], IsPartOfWholeZone = true };
            var result = await context.Publisher.BatchAsync(zone, batch, new WriteContext { SoaSerial = Before(serial, --left) }, cancellation).ConfigureAwait(false);
            if (!result.IsCommitted)
            {
                throw new StartUpException($"zone {zone}: {result.Error ?? result.Outcome.ToString()}");
            }

            reached = result.Position;
        }

        return reached;
    }

    private static int Parts(IZoneStore store, int records) => (records + store.LongestBatch - 1) / store.LongestBatch;

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
