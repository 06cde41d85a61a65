using EdgeCache.Admin;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Nodes;

/// <summary>Reads records where they were written: in the region's store, unless another region is the zone's home.</summary>
internal sealed class PrimaryRecords(IZoneStore store, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The record, and a position the log had reached once it was read.</summary>
    /// <exception cref="StoreException">The primary is another region's, or did not answer.</exception>
    public async ValueTask<(Record? Record, Position Position)> ReadAsync(ZoneName zone, RecordKey key, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var policy = (await store.ReadDirectoryAsync(both.Token).ConfigureAwait(false)).Find(zone)?.Policy;
        if (policy is null || (policy.HomeRegion.Length > 0 && policy.HomeRegion != store.Region))
        {
            throw new StoreException($"{zone} is not written in this region");
        }

        // The head is read after the record, so that it covers whatever the record shows.
        var record = await store.FindAsync(zone, key, both.Token).ConfigureAwait(false);
        var head = await ChangeLog.HeadAsync(store, zone, both.Token).ConfigureAwait(false);
        return head.Exists ? (record, new Position(zone, head.Epoch, head.Head)) : throw new StoreException($"the log of {zone} is gone");
    }
}
