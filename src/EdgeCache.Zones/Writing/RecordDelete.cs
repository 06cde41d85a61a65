using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>A record to delete; a tombstone remains for the zone's grace period.</summary>
public sealed record RecordDelete
{
    /// <summary>Which record.</summary>
    public required RecordKey Key { get; init; }

    /// <summary>For <c>siblings</c> zones: what the writer had read, which goes; null: what is there now.</summary>
    public VersionVector? Seen { get; init; }

    /// <summary>Also takes its older values out of every history and log (PLANE.md 33); then it may be a tombstone already.</summary>
    public bool Erases { get; init; }

    /// <summary>What must hold.</summary>
    public WritePrecondition Precondition { get; init; }
}
