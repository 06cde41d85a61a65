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

    /// <summary>Opens a new epoch for a zone whose log is gone or not to be trusted (<c>zone restore</c>).</summary>
    ValueTask<Epoch> OpenEpochAsync(ZoneName zone, CancellationToken cancellation);

    /// <summary>A node tells where it stands; kept for <see cref="NodeReport.Lifetime"/> and then listed as gone.</summary>
    ValueTask ReportAsync(NodeReport report, CancellationToken cancellation);

    /// <summary>All nodes that reported lately.</summary>
    ValueTask<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation);

    /// <summary>Calls <paramref name="onHint"/> for each hint until disposed. Hints may be lost, doubled or reordered; the callback must not block or throw.</summary>
    IDisposable Subscribe(Action<Hint> onHint);
}

/// <summary>Where a follower stands in a zone when it polls. <see cref="Epoch"/> default: it knows nothing yet.</summary>
public readonly record struct ZoneCursor(ZoneName Zone, Epoch Epoch, long Serial);

/// <summary>The answer to one atomic poll.</summary>
public sealed record ShardRead
{
    /// <summary>The store process's run id; a change of it may mean a lost tail (PLANE.md 3).</summary>
    public required string RunId { get; init; }

    /// <summary>True when the store promises that an acknowledged commit survives a restart, so that a changed run id alone opens no epoch.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>One answer per cursor, in order.</summary>
    public required IReadOnlyList<ZoneRead> Zones { get; init; }
}

/// <summary>What a poll says of one zone. <see cref="Exists"/> false: the zone's meta is missing (PLANE.md 3: resync; nothing restarts by itself).</summary>
public sealed record ZoneRead
{
    /// <summary>The zone.</summary>
    public required ZoneName Zone { get; init; }

    /// <summary>False when the store has no log for it.</summary>
    public required bool Exists { get; init; }

    /// <summary>The log's epoch.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>Serial of the newest entry; 0 when the log is empty.</summary>
    public long Head { get; init; }

    /// <summary>Serial of the oldest entry still there; <see cref="Head"/> + 1 when none is.</summary>
    public long First { get; init; }

    /// <summary>The SOA serial at <see cref="Head"/>.</summary>
    public uint SoaSerial { get; init; }

    /// <summary>Nonce of the entry at <see cref="Head"/>; 0 when the log is empty.</summary>
    public ulong HeadNonce { get; init; }

    /// <summary>Entries after the cursor, ascending and contiguous, at most as many as asked for. Empty when the cursor is of another epoch.</summary>
    public IReadOnlyList<LogEntry> Entries { get; init; } = [];
}

/// <summary>"Zone is at serial n": maybe with the entry itself (≤ 1 KiB encoded).</summary>
public sealed record Hint(ZoneName Zone, Epoch Epoch, long Serial, LogEntry? Entry);

/// <summary>Zones by name with a version that moves with every change of any of them.</summary>
public sealed record ZoneDirectory(long Version, IReadOnlyList<ZoneDefinition> Zones);

/// <summary>One version in a record's history. <see cref="Reason"/>: why it lost or was merged; null for a version that stood.</summary>
public sealed record HistoryItem(Record Record, string? Reason);
