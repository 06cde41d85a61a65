using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Another region as a replicator sees it: its log, its zones, and its records by digest. Implementations: over its admin API, and over its store (the API's own side, and the
/// simulator). Faults of the way there are <see cref="StoreException"/>s. Thread-safe.
/// </summary>
public interface IRegionLog
{
    /// <summary>What people call it.</summary>
    string Address { get; }

    /// <summary>Its zones.</summary>
    ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation);

    /// <summary>Zones that were removed there on purpose; those made again since may be among them.</summary>
    ValueTask<IReadOnlyList<ZoneName>> ReadRemovedAsync(CancellationToken cancellation);

    /// <summary>
    /// One atomic read of a zone's log after <paramref name="after"/>. While there is nothing after it, an implementation that can waits up to <paramref name="wait"/>.
    /// </summary>
    ValueTask<RegionPage> ReadAsync(ZoneName zone, Epoch epoch, long after, TimeSpan wait, CancellationToken cancellation);

    /// <summary>Digests of records in key order after <paramref name="after"/>, tombstones included; the last page is shorter than <see cref="RecordDigest.PageLength"/>.</summary>
    ValueTask<IReadOnlyList<RecordDigest>> DigestsAsync(ZoneName zone, RecordKey? after, CancellationToken cancellation);

    /// <summary>Whole states of records; those that are gone are left out.</summary>
    ValueTask<IReadOnlyList<Record>> StatesAsync(ZoneName zone, IReadOnlyList<RecordKey> keys, CancellationToken cancellation);
}
