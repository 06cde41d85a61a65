using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Admin;

/// <summary>Reads a zone's log for people and tools.</summary>
internal static class ChangeLog
{
    /// <summary>Head, epoch and oldest entry of a zone's log.</summary>
    public static Task<ZoneRead> HeadAsync(IZoneStore store, ZoneName zone, CancellationToken cancellation) =>
        ReadAsync(store, zone, default, long.MaxValue, 1, cancellation);

    /// <summary>Entries after a serial of the log's current epoch, at most <paramref name="max"/>.</summary>
    public static async Task<ZoneRead> EntriesAsync(IZoneStore store, ZoneName zone, long after, int max, CancellationToken cancellation)
    {
        var head = await HeadAsync(store, zone, cancellation).ConfigureAwait(false);
        return head.Exists && after < head.Head
            ? await ReadAsync(store, zone, head.Epoch, Math.Max(after, head.First - 1), max, cancellation).ConfigureAwait(false)
            : head with { Entries = [] };
    }

    /// <summary>One entry; null when it is not there (trimmed, or not yet).</summary>
    public static async Task<LogEntry?> FindAsync(IZoneStore store, Position position, CancellationToken cancellation)
    {
        var read = await ReadAsync(store, position.Zone, position.Epoch, position.Serial - 1, 1, cancellation).ConfigureAwait(false);
        return read.Epoch == position.Epoch && read.Entries is [var entry, ..] && entry.Serial == position.Serial ? entry : null;
    }

    private static async Task<ZoneRead> ReadAsync(IZoneStore store, ZoneName zone, Epoch epoch, long after, int max, CancellationToken cancellation)
    {
        var read = await store.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, epoch, after)], max, cancellation).ConfigureAwait(false);
        return read.Zones[0];
    }
}
