using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Writing;

/// <summary>Changes that become visible together on every follower, or not at all.</summary>
public sealed record WriteBatch
{
    /// <summary>Values to publish.</summary>
    public IReadOnlyList<RecordPublish> Publishes { get; init; } = [];

    /// <summary>Records to delete.</summary>
    public IReadOnlyList<RecordDelete> Deletes { get; init; } = [];

    /// <summary>Purges, of normalised selectors (<see cref="Selectors"/>).</summary>
    public IReadOnlyList<PurgeChange> Purges { get; init; } = [];

    /// <summary>
    /// The writer knows what stands at all names, a whole zone's file: nobody looks again whether a CNAME would stand beside other data (PLANE.md 28).
    /// What is in the way goes with a later batch, and DNS shows the later one until then. Such a batch may have <see cref="BatchChange.MaxWhole"/> changes where the store takes as many
    /// (<see cref="Stores.IZoneStore.LongestBatch"/>).
    /// </summary>
    public bool IsPartOfWholeZone { get; init; }

    /// <summary>How many changes.</summary>
    public int Count => Publishes.Count + Deletes.Count + Purges.Count;
}
