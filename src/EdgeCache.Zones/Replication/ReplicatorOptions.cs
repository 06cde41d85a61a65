namespace EdgeCache.Zones.Replication;

/// <summary>How a replicator follows another region.</summary>
public sealed record ReplicatorOptions
{
    /// <summary>Longest <see cref="Delay"/> and <see cref="Window"/>.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromHours(1);

    /// <summary>Its name in the node directory.</summary>
    public required string Name { get; init; }

    /// <summary>Each change waits so long here before it is committed; the longer of this and the zone's own replication delay counts.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Changes are taken over together once in so long; zero: as they come.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>This region is a read replica: its zones, and their policies, are those of the other, which alone takes writes.</summary>
    public bool Mirrors { get; init; }

    /// <summary>Between two looks at a log that does not wait by itself.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a read may wait there for news.</summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks at the other region's zones, and two reports.</summary>
    public TimeSpan DirectoryLook { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time-out of one call; longer than <see cref="LongPoll"/>.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest back-off while the other region, or the own store, cannot be reached.</summary>
    public TimeSpan BackOffLimit { get; init; } = TimeSpan.FromSeconds(1);
}
