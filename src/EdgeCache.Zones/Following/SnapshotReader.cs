using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Reads a zone anew (PLANE.md 32): the head, then the records page by page, then the log from that head to the head of after the last page, so that no half of
/// a batch is ever taken over; from the start again when the log was trimmed or replaced meanwhile, or the store is served by another process that may have lost its tail: what came
/// and went in between would raise no floor.
/// </summary>
internal sealed class SnapshotReader
{
    /// <summary>Records in the first page; those that follow are of as many as come to some <see cref="PageBytes"/>.</summary>
    private const int FirstPage = 64;

    private const int LongestPage = 1_000;
    private const int PageBytes = 4 << 20;
    private const int MaxAttempts = 5;
    private readonly FollowerParts _parts;

    public SnapshotReader(FollowerParts parts) => _parts = parts;

    /// <summary>
    /// Reads; null when the store has no log for the zone. <paramref name="onHead"/> is called at each start, and then <paramref name="retained"/> for the floors that the log below it still tells of;
    /// null: nothing was cached before.
    /// </summary>
    /// <exception cref="StoreException">The store failed, or the log moved away under the reader too often.</exception>
    public async Task<ZoneSnapshot?> ReadAsync(ZoneName zone, Action onHead, Func<RetainedPurges, ZoneRead, Task<RetainedRises>>? retained, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var head = await ReadShardAsync(new ZoneCursor(zone, default, 0), cancellation);
            var start = head.Zones[0];
            if (!start.Exists)
            {
                return null;
            }

            onHead();
            async ValueTask<ZoneRead> Read(ZoneCursor cursor) => (await ReadShardAsync(cursor, cancellation)).Zones[0];
            var settling = await new RecentSettlements(_parts.Options.Interest, Read).ReadAsync(start);
            var below = retained is null ? new([], start.Head + 1) : await retained(new RetainedPurges(_parts.Options.Interest, Read), start);
            var records = await ReadRecordsAsync(zone, cancellation);
            if (await ReplayAsync(zone, head, records, cancellation) is { } snapshot)
            {
                return snapshot with { Settlements = [.. settling, .. snapshot.Settlements], Rises = [.. below.Rises, .. snapshot.Rises], KnownFrom = below.KnownFrom };
            }
        }

        throw new StoreException($"the log of {zone} was trimmed or replaced {MaxAttempts} times while its records were read");
    }

    private async Task<ImmutableDictionary<RecordKey, Record>> ReadRecordsAsync(ZoneName zone, CancellationToken cancellation)
    {
        var records = ImmutableDictionary.CreateBuilder<RecordKey, Record>();
        RecordKey? after = null;
        for (var length = FirstPage; ;)
        {
            var page = await WithinLimit(_parts.Store.ListAsync(zone, after, length, cancellation), cancellation);
            var bytes = 0L;
            foreach (var record in page)
            {
                records[record.Key] = record;
                bytes += record.Value.Length + record.Context.Length;
            }

            if (page.Count < length)
            {
                return records.ToImmutable();
            }

            after = page[^1].Key;
            length = NextLength(page.Count, bytes);
        }
    }

    /// <summary>Records in the page after one of so many with so many bytes: long values must not make a page that takes longer than the limit of a read.</summary>
    internal static int NextLength(int records, long bytes) => (int)Math.Clamp(PageBytes / Math.Max(1, bytes / records), 1, LongestPage);

    private async Task<ZoneSnapshot?> ReplayAsync(ZoneName zone, ShardRead head, ImmutableDictionary<RecordKey, Record> records, CancellationToken cancellation)
    {
        var rises = ImmutableArray.CreateBuilder<FloorRise>();
        var settlements = ImmutableArray.CreateBuilder<Settlement>();
        var names = (_parts.Options.Interest & FloorInterest.Names) != 0 ? NameIndex.Of(records.Values) : null;
        var start = head.Zones[0];
        var (serial, nonce, soa) = (start.Head, start.HeadNonce, start.SoaSerial);
        while (true)
        {
            var stamp = _parts.Clock.Send();
            var shard = await ReadShardAsync(new ZoneCursor(zone, start.Epoch, serial), cancellation);
            var read = shard.Zones[0];
            if ((shard.RunId != head.RunId && !shard.IsDurable) || !read.Exists || read.Epoch != start.Epoch || read.Head < serial || read.First > serial + 1)
            {
                return null;
            }

            var before = serial;
            foreach (var entry in read.Entries)
            {
                if (entry.Serial != serial + 1 || entry.Previous != nonce || !EntryReader.TryRead(records, entry, _parts.Options.Interest, names, out var effect))
                {
                    return null;
                }

                (serial, nonce, soa, records) = (entry.Serial, entry.Nonce, entry.SoaSerial, effect.Records);
                rises.AddRange(effect.Rises);
                settlements.AddRange(effect.Settlements);
            }

            if (serial >= read.Head)
            {
                return nonce == read.HeadNonce
                    ? new ZoneSnapshot(start.Epoch, serial, nonce, soa, records, rises.ToImmutable(), settlements.ToImmutable(), stamp) { Vector = read.Vector, RunId = shard.RunId, EpochAge = read.EpochAge }
                    : null;
            }

            if (serial == before)
            {
                return null;
            }
        }
    }

    private Task<ShardRead> ReadShardAsync(ZoneCursor cursor, CancellationToken cancellation) =>
        WithinLimit(_parts.Store.ReadShardAsync(cursor.Zone.Shard, [cursor], _parts.Options.MaxEntriesPerPoll, cancellation), cancellation);

    /// <summary>A read whose answer is lost must not hold the zone for ever.</summary>
    private Task<T> WithinLimit<T>(ValueTask<T> read, CancellationToken cancellation) =>
        read.AsTask().ResultWithin(_parts.Options.PollTimeout, _parts.Time, cancellation);
}
