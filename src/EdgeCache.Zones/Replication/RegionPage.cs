using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>What one read says of a zone's log in another region. <see cref="Exists"/> false: it has no log for the zone.</summary>
public sealed record RegionPage
{
    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>False when there is no log.</summary>
    public required bool Exists { get; init; }

    /// <summary>Epoch of the log.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>Serial of the newest entry.</summary>
    public long Head { get; init; }

    /// <summary>Nonce of the newest entry.</summary>
    public ulong HeadNonce { get; init; }

    /// <summary>The SOA serial at <see cref="Head"/>; 0 from an older program.</summary>
    public uint SoaSerial { get; init; }

    /// <summary>Serial of the oldest entry still there; <see cref="Head"/> + 1 when none is.</summary>
    public long First { get; init; }

    /// <summary>The regions it takes entries from, and up to where.</summary>
    public IReadOnlyList<PeerRegion> Peers { get; init; } = [];

    /// <summary>Entries after the place asked for, of all regions; empty when the place is of another epoch.</summary>
    public IReadOnlyList<LogEntry> Entries { get; init; } = [];
}
