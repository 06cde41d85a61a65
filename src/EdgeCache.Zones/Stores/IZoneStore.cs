using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// The truth: records, their history and one ordered log per zone. A commit of record, history and log entry is atomic. Implementations: SQLite (embedded),
/// Redis (distributed), memory (an edge on its own, and the simulator). One contract suite runs against all. Thread-safe.
/// I/O faults are <see cref="StoreException"/>s; everything the caller can cause is a value.
/// </summary>
public interface IZoneStore : IAsyncDisposable
{
    /// <summary>The region this store belongs to; empty when there is only one.</summary>
    string Region { get; }

    /// <summary>Most changes of a batch that makes a whole zone: more than <see cref="BatchChange.MaxChanges"/> only where a long commit holds up no other process.</summary>
    int LongestBatch => BatchChange.MaxChanges;

    /// <summary>One atomic read of a shard (PLANE.md 3, 6). A cursor whose zone has nothing new gets no entries; the read as a whole moves the horizon of all its zones.</summary>
    ValueTask<ShardRead> ReadShardAsync(int shard, IReadOnlyList<ZoneCursor> cursors, int maxEntries, CancellationToken cancellation);

    /// <summary>Commits a change, or says why not. Hints go out after the commit.</summary>
    ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation);

    /// <summary>The current state of a record, tombstones included; null when there never was one.</summary>
    ValueTask<Record?> FindAsync(ZoneName zone, RecordKey key, CancellationToken cancellation);

    /// <summary>Records in key order (name, then type; ordinal) after <paramref name="after"/>, tombstones included: pages of a new follower's snapshot (PLANE.md 32).</summary>
    ValueTask<IReadOnlyList<Record>> ListAsync(ZoneName zone, RecordKey? after, int max, CancellationToken cancellation);

    /// <summary>Versions of a record, newest first, losers included.</summary>
    ValueTask<IReadOnlyList<HistoryItem>> HistoryAsync(ZoneName zone, RecordKey key, CancellationToken cancellation);

    /// <summary>The zones and their policies, with a version that moves when one changes.</summary>
    ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation);

    /// <summary>Creates a zone or replaces its policy.</summary>
    ValueTask PutZoneAsync(ZoneDefinition definition, CancellationToken cancellation);

    /// <summary>Removes a zone from the directory; its log and records go too.</summary>
    ValueTask<bool> DeleteZoneAsync(ZoneName zone, CancellationToken cancellation);

    /// <summary>
    /// Opens a new epoch for a zone whose log is gone or not to be trusted (<c>zone restore</c>). <paramref name="seenSoaSerial"/>: the last SOA serial that the caller knows, since the store may have
    /// lost it; 0: none.
    /// </summary>
    ValueTask<Epoch> OpenEpochAsync(ZoneName zone, uint seenSoaSerial, CancellationToken cancellation);

    /// <summary>Notes what is known of another region, in place of what was known of it. The first time registers the region: from then on tombstones wait for it.</summary>
    ValueTask PutPeerAsync(ZoneName zone, PeerRegion peer, CancellationToken cancellation);

    /// <summary>Forgets another region, which will never come back: tombstones wait for it no longer. False when it is not known.</summary>
    ValueTask<bool> ForgetPeerAsync(ZoneName zone, string region, CancellationToken cancellation);

    /// <summary>A node tells where it stands; kept for <see cref="NodeReport.Lifetime"/> or its lease and then forgotten.</summary>
    ValueTask ReportAsync(NodeReport report, CancellationToken cancellation);

    /// <summary>All nodes that reported lately: within <see cref="NodeReport.Lifetime"/> or their lease, whichever is longer (PLANE.md 21).</summary>
    ValueTask<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation);

    /// <summary>How many nodes reported lately, or a few more: a thousand nodes may ask it at the same time.</summary>
    async ValueTask<int> CountNodesAsync(CancellationToken cancellation) => (await NodesAsync(cancellation)).Count;

    /// <summary>A small value kept beside the zones under a name (<see cref="StoredValues"/>); null when there is none.</summary>
    ValueTask<string?> ReadValueAsync(string name, CancellationToken cancellation);

    /// <summary>Puts a value in place of <paramref name="known"/> (null: none yet); false when another one stands there.</summary>
    ValueTask<bool> ReplaceValueAsync(string name, string? known, string value, CancellationToken cancellation);

    /// <summary>Copies the store into a file, consistent, while it is in use; false where the store is no file of ours.</summary>
    ValueTask<bool> TryBackupAsync(string path, CancellationToken cancellation) => ValueTask.FromResult(false);

    /// <summary>Calls <paramref name="onHint"/> for each hint until disposed. Hints may be lost, doubled or reordered; the callback must not block or throw.</summary>
    IDisposable Subscribe(Action<Hint> onHint);
}
