namespace EdgeCache.Simulation.Regions;

/// <summary>What keeps regions right. Tests leave one out and demand that the harm shows: a check that never fails proves nothing.</summary>
[Flags]
internal enum RegionMechanisms
{
    /// <summary>A store that may have lost its tail goes on in a new epoch (PLANE.md 3).</summary>
    NewEpoch = 1,

    /// <summary>An origin appends again what it had acknowledged (PLANE.md 4).</summary>
    Reappending = 2,

    /// <summary>A tombstone waits until every other region has passed it (PLANE.md 26). Left out in test builds only.</summary>
    TombstonesWait = 4,

    /// <summary>All of them.</summary>
    All = NewEpoch | Reappending | TombstonesWait,
}
