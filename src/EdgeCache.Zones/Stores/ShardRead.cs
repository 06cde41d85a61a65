namespace EdgeCache.Zones.Stores;

/// <summary>The answer to one atomic poll.</summary>
public sealed record ShardRead
{
    /// <summary>The store process's run id; a change of it may mean a lost tail (PLANE.md 3).</summary>
    public required string RunId { get; init; }

    /// <summary>True when the store promises that an acknowledged commit survives a restart, so that a changed run id alone opens no epoch.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>The store's clock at the read, Unix milliseconds: what it stamps commits with.</summary>
    public required long At { get; init; }

    /// <summary>One answer per cursor, in order.</summary>
    public required IReadOnlyList<ZoneRead> Zones { get; init; }
}
