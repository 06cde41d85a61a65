using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>What a writer sends along with any change.</summary>
public readonly record struct WriteContext
{
    /// <summary>The writer's change id; null: one is made.</summary>
    public string? ChangeId { get; init; }

    /// <summary>The highest clock the writer has seen (its session token's); the write is stamped later than it (PLANE.md 27).</summary>
    public HybridTimestamp Seen { get; init; }

    /// <summary>A SOA serial to take over when later than the zone's own: a zone file's.</summary>
    public uint? SoaSerial { get; init; }
}
