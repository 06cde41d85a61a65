using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>A change to commit as one log entry: record writes and purges together. More than one item becomes a batch.</summary>
public sealed record CommitRequest
{
    /// <summary>The zone; must exist in the directory.</summary>
    public required ZoneName Zone { get; init; }

    /// <summary>The writer's id for idempotency.</summary>
    public required string ChangeId { get; init; }

    /// <summary>The writer's clock.</summary>
    public required HybridTimestamp Clock { get; init; }

    /// <summary>
    /// The writer's count of its own writes, by its own wall clock and never moved by another's: where records merge, it tells writes of one origin apart, also those that a store
    /// has lost (<see cref="Conflicts.Dot"/>). <c>default</c>: only what the record has seen counts.
    /// </summary>
    public HybridTimestamp Ticket { get; init; }

    /// <summary>Random number that the entry's nonce is made of; a replica's: the nonce of the entry it copies.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Record writes.</summary>
    public IReadOnlyList<RecordWrite> Writes { get; init; } = [];

    /// <summary>Purges.</summary>
    public IReadOnlyList<PurgeChange> Purges { get; init; } = [];

    /// <summary>
    /// Stands for what the writer wants done, made by the writer; 0: none. A change id that comes again with another fingerprint is refused
    /// instead of being answered with somebody else's result.
    /// </summary>
    public ulong Fingerprint { get; init; }

    /// <summary>A SOA serial to take over when it is later than the zone's own (a zone file's, a foreign primary's; RFC 1982 §3.2).</summary>
    public uint? SoaSerial { get; init; }

    /// <summary>Where <see cref="SoaSerial"/> is the zone's own already it stays, though data changes: a copy shows the serials of the store it is a copy of.</summary>
    public bool KeepsSoaSerial { get; init; }

    /// <summary>
    /// Set by a replicator: where the entry was first committed. The commit is taken only if it is the next of that region (PLANE.md 25);
    /// versions keep the serial they have, and no change-id look-up is made.
    /// </summary>
    public OriginStamp? Origin { get; init; }

    /// <summary>Where the region's vector must stand for a replica's commit; null: at the serial before <see cref="Origin"/>. A full compare sets it to jump.</summary>
    public OriginStamp? OriginBefore { get; init; }
}
