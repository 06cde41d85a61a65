using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log;

/// <summary>
/// One committed change of a zone, immutable. Serials of an epoch are contiguous from 1; <see cref="Previous"/> is the nonce of the entry before
/// (0 for the first), so that a log that lost its tail and went on cannot be taken for the old one (PLANE.md 2).
/// </summary>
public sealed record LogEntry
{
    /// <summary>The zone.</summary>
    public required ZoneName Zone { get; init; }

    /// <summary>The log's incarnation.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>Position in the log, from 1.</summary>
    public required long Serial { get; init; }

    /// <summary>Stands for this entry and all before it (<see cref="NonceChain"/>).</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Nonce of the entry at <see cref="Serial"/> − 1.</summary>
    public required ulong Previous { get; init; }

    /// <summary>The writer's id; a repeat within ten minutes is answered with the first result (PLANE.md 4).</summary>
    public required string ChangeId { get; init; }

    /// <summary>The writer's hybrid clock.</summary>
    public required HybridTimestamp Clock { get; init; }

    /// <summary>Where it was first committed.</summary>
    public required OriginStamp Origin { get; init; }

    /// <summary>What it does.</summary>
    public required Change Change { get; init; }

    /// <summary>The zone's SOA serial from this entry on (RFC 1982 arithmetic); moves only with DNS-visible changes.</summary>
    public required uint SoaSerial { get; init; }

    /// <summary>The store's clock at commit, Unix milliseconds.</summary>
    public required long CommittedAt { get; init; }

    /// <summary>Position on the wire, which is also the change's public id.</summary>
    public Position Position => new(Zone, Epoch, Serial);
}
