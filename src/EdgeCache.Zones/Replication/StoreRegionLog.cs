using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>A region by its store: what its admin API answers from. Does not wait.</summary>
public sealed class StoreRegionLog : IRegionLog
{
    /// <summary>Most entries in a page.</summary>
    public const int MaxEntries = 200;

    private readonly IZoneStore _store;

    /// <summary>The region of <paramref name="store"/>.</summary>
    public StoreRegionLog(IZoneStore store) => _store = store;

    /// <inheritdoc/>
    public string Address => _store.Region;

    /// <inheritdoc/>
    public ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) => _store.ReadDirectoryAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ZoneName>> ReadRemovedAsync(CancellationToken cancellation) => RemovedZones.ReadAsync(_store, cancellation);

    /// <inheritdoc/>
    public async ValueTask<RegionPage> ReadAsync(ZoneName zone, Epoch epoch, long after, TimeSpan wait, CancellationToken cancellation)
    {
        var read = (await _store.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, epoch, after)], MaxEntries, cancellation)).Zones[0];
        return new RegionPage
        {
            Region = _store.Region,
            Exists = read.Exists,
            Epoch = read.Epoch,
            Head = read.Head,
            HeadNonce = read.HeadNonce,
            SoaSerial = read.SoaSerial,
            First = read.First,
            Peers = read.Peers,
            Entries = read.Entries,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordDigest>> DigestsAsync(ZoneName zone, RecordKey? after, CancellationToken cancellation) =>
        [.. (await _store.ListAsync(zone, after, RecordDigest.PageLength, cancellation)).Select(RecordDigest.Of)];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Record>> StatesAsync(ZoneName zone, IReadOnlyList<RecordKey> keys, CancellationToken cancellation)
    {
        var states = new List<Record>(keys.Count);
        foreach (var key in keys.Take(RecordDigest.PageLength))
        {
            if (await _store.FindAsync(zone, key, cancellation) is { } state)
            {
                states.Add(state);
            }
        }

        return states;
    }
}
