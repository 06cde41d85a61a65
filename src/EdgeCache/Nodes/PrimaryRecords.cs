using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Nodes;

/// <summary>Reads records where they were written: in the region's store, unless another region is the zone's home.</summary>
/// <param name="follower">What this node knows of the zones: a primary that took over and may lack something is not the newest there is.</param>
internal sealed class PrimaryRecords(IZoneStore store, TimeProvider time, IFollower follower)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The record, and a position the log had reached once it was read.</summary>
    /// <exception cref="StoreException">The primary is another region's, did not answer, or may lack what it had acknowledged.</exception>
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
        var read = await store.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 1, both.Token).ConfigureAwait(false);
        if (read.Zones[0] is not { Exists: true } head)
        {
            throw new StoreException($"the log of {zone} is gone");
        }

        return follower.Zones.Find(zone) is { } known && PrimaryState.MayLack(known, read, head, time.GetTimestamp())
            ? throw new StoreException($"the store of {zone} may lack what it had acknowledged; its writers are bringing it back")
            : (record, new Position(zone, head.Epoch, head.Head));
    }
}
