namespace EdgeCache.Zones.Floors;

/// <summary>What the floors say of an entry, from harmless to final (PLANE.md 16).</summary>
public enum FloorVerdict
{
    /// <summary>No floor that covers it lies above its fill position.</summary>
    None,

    /// <summary>A purge that this node never saw may cover it: the zone was read anew since (PLANE.md 6). Possibly old, which is not known old.</summary>
    Doubtful,

    /// <summary>Stale by a purge that allows stale-while-revalidate for <c>eventual</c> readers; stale-if-error is allowed.</summary>
    SoftRevalidate,

    /// <summary>Stale: validate; stale-if-error is allowed.</summary>
    Soft,

    /// <summary>Nothing may be served from it without a trustworthy validation (PLANE.md 10).</summary>
    Hard,
}
