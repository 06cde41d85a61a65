using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Policies;

/// <summary>How two writes of one record are decided.</summary>
public enum ConflictRule
{
    /// <summary>Preconditions decide (If-Match, If-None-Match); the later commit replaces.</summary>
    Reject,

    /// <summary>The later hybrid clock wins, then the origin id; the loser stays in the history.</summary>
    LastWriteWins,

    /// <summary>Concurrent values are kept side by side.</summary>
    Siblings,

    /// <summary>Values merge: counters, sets, maps.</summary>
    Crdt,
}

/// <summary>Who can say that something has not changed (PLANE.md 20).</summary>
public enum RouteAuthority
{
    /// <summary>The application must be asked. Default for proxied content.</summary>
    Origin,

    /// <summary>Every change is published or purged, so a silent log means unchanged.</summary>
    Log,
}

/// <summary>How resolvers learn of changes of a zone.</summary>
public enum ResolverMode
{
    /// <summary>Follow the log and apply floors.</summary>
    Push,

    /// <summary>As the Internet does: a change is seen when the TTL ends.</summary>
    Ttl,
}

/// <summary>A zone's policy, followed by every node. Immutable; a change of <see cref="Hosts"/> makes new zone states (PLANE.md 14).</summary>
public sealed record ZonePolicy
{
    /// <summary>The policy of a zone that nobody configured.</summary>
    public static ZonePolicy Standard { get; } = new();

    /// <summary>Conflict rule of the zone.</summary>
    public ConflictRule Conflict { get; init; } = ConflictRule.LastWriteWins;

    /// <summary>Conflict rule of single types, by type mnemonic.</summary>
    public IReadOnlyDictionary<string, ConflictRule> ConflictByType { get; init; } = new Dictionary<string, ConflictRule>();

    /// <summary>Further hosts that belong to the zone, lower case; hosts under the apex always do.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Authority of the zone's proxied pages. Records are always under log authority.</summary>
    public RouteAuthority Authority { get; init; } = RouteAuthority.Origin;

    /// <summary>Resolver mode.</summary>
    public ResolverMode Resolver { get; init; } = ResolverMode.Push;

    /// <summary>Lease of what a follower knows: without a poll for so long it serves log content as fresh no more (PLANE.md 21).</summary>
    public TimeSpan MaxLag { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Past <see cref="MaxLag"/>: the longest an entry counts as fresh after its fill.</summary>
    public TimeSpan DegradedTtl { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Log entries kept at least so long…</summary>
    public TimeSpan RetentionTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>…and at most so many.</summary>
    public int RetentionEntries { get; init; } = 100_000;

    /// <summary>How long a tombstone is kept at least.</summary>
    public TimeSpan TombstoneGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Versions of a record kept in its history.</summary>
    public int HistoryLength { get; init; } = 32;

    /// <summary>Delay before another region sees a change (lazy replication).</summary>
    public TimeSpan ReplicationDelay { get; init; } = TimeSpan.Zero;

    /// <summary>The only region that takes writes; empty: all do (PLANE.md 26 wants one for <see cref="ConflictRule.Reject"/>).</summary>
    public string HomeRegion { get; init; } = "";

    /// <summary>The rule for one record type.</summary>
    public ConflictRule RuleFor(RecordKey key) => ConflictByType.GetValueOrDefault(key.Type, Conflict);
}

/// <summary>A zone with its policy as the directory holds it.</summary>
public sealed record ZoneDefinition(ZoneName Zone, ZonePolicy Policy)
{
    /// <summary>The SOA serial that a zone made by this definition begins with; null: the Unix time. Without effect on a zone that is there, and not kept.</summary>
    public uint? FirstSoaSerial { get; init; }
}
