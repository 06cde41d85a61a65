namespace EdgeCache.Client.Model;

/// <summary>A zone with its policy. Null members keep their default on a PUT.</summary>
public sealed record ZoneDocument
{
    /// <summary>The apex.</summary>
    public string? Zone { get; init; }

    /// <summary>Hosts beside those under the apex.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary><c>lww</c>, <c>reject</c>, <c>siblings</c> or <c>crdt</c>.</summary>
    public string? Conflict { get; init; }

    /// <summary>The rule of single record types, by type.</summary>
    public IReadOnlyDictionary<string, string>? ConflictByType { get; init; }

    /// <summary>Tombstones kept at least so long, seconds.</summary>
    public long? TombstoneGraceSeconds { get; init; }

    /// <summary>Versions of a record kept in its history.</summary>
    public int? HistoryLength { get; init; }

    /// <summary><c>log</c> or <c>origin</c>.</summary>
    public string? Authority { get; init; }

    /// <summary><c>push</c> or <c>ttl</c>.</summary>
    public string? Resolver { get; init; }

    /// <summary>Lease of what a follower knows, milliseconds.</summary>
    public long? MaxLagMilliseconds { get; init; }

    /// <summary>Longest freshness past the lease, milliseconds.</summary>
    public long? DegradedTtlMilliseconds { get; init; }

    /// <summary>Log entries kept at least so long, seconds.</summary>
    public long? RetentionSeconds { get; init; }

    /// <summary>Log entries kept at most.</summary>
    public int? RetentionEntries { get; init; }

    /// <summary>Delay before another region takes over a change, milliseconds.</summary>
    public long? ReplicationDelayMilliseconds { get; init; }

    /// <summary>The only region that takes writes of records; empty: all do.</summary>
    public string? HomeRegion { get; init; }

    /// <summary>The SOA serial before the zone's first change, 1 to 2^32 − 1 (RFC 1035 §3.3.13); only for a PUT that makes the zone. Absent: the Unix time.</summary>
    public uint? FirstSoaSerial { get; init; }

    /// <summary>Position of the log; only in answers.</summary>
    public string? Position { get; init; }

    /// <summary>Regions that entries are taken from; only in answers.</summary>
    public IReadOnlyList<ZoneRegion>? Regions { get; init; }
}

/// <summary>A region that entries are taken from. Its name begins with <c>?</c> until it has been reached for the first time.</summary>
public sealed record ZoneRegion
{
    /// <summary>Its name.</summary>
    public string Region { get; init; } = "";

    /// <summary>Up to where its log has been taken over, as epoch:serial.</summary>
    public string TakenTo { get; init; } = "";

    /// <summary>It knows all that was here before this (Unix milliseconds; 0: nothing yet): tombstones from later wait for it.</summary>
    public long KnowsUntil { get; init; }
}

/// <summary>All zones.</summary>
public sealed record ZoneList
{
    /// <summary>By name.</summary>
    public required IReadOnlyList<ZoneDocument> Zones { get; init; }

    /// <summary>Most changes of a batch that makes a whole zone, in the store behind; 0 from an older origin, which takes 1,000.</summary>
    public int LongestBatch { get; init; }
}
