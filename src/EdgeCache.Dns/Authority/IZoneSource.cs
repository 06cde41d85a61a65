using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>A zone whose versions follow each other: one of a master file, one that follows the log. Thread-safe.</summary>
internal interface IZoneSource
{
    DomainName Apex { get; }

    /// <summary>The version to answer from now; null until there is one. Read once for each query.</summary>
    ZoneSnapshot? Current { get; }

    /// <summary>The version for secondaries: <see cref="Current"/>, or null while its serial can still move without a change.</summary>
    ZoneSnapshot? Settled { get; }

    /// <summary>Seconds that an answer given now may be kept, whatever its TTL; null: as its TTL says.</summary>
    uint? TtlLimit { get; }
}
