namespace EdgeCache.Zones.Log;

/// <summary>What a purge leaves of what it covers (PLANE.md 16).</summary>
public enum PurgeMode
{
    /// <summary>Stale: needs validation, stays available for stale-if-error.</summary>
    Soft,

    /// <summary>Soft, and stale-while-revalidate may answer <c>eventual</c> readers meanwhile.</summary>
    SoftRevalidate,

    /// <summary>Gone: the bytes are freed by the sweep and never used again.</summary>
    Hard,
}
