namespace EdgeCache.Zones.Following;

/// <summary>How far a node may rely on what it knows of a zone right now.</summary>
public enum PlaneHealth
{
    /// <summary>The horizon is younger than max-lag and the process has not slept.</summary>
    Healthy,

    /// <summary>No poll answered within max-lag: log content is validated, other content is fresh for at most the degraded TTL after its fill (PLANE.md 21).</summary>
    Lagging,

    /// <summary>The process may have slept: wait for one fresh poll before anything is served (PLANE.md 19).</summary>
    Suspect,
}
