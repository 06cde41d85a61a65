namespace EdgeCache.Simulation.Interleaving;

/// <summary>
/// Which rules a model runs by. All together are safe in every order; each alone left out must show a violation, or the check is worth nothing.
/// </summary>
[Flags]
public enum TierRules
{
    /// <summary>What caches did before: a purge drops what is stored, and an answer that arrives later is stored as if nothing had happened.</summary>
    None = 0,

    /// <summary>An entry is fresh only above the floors (PLANE.md, why a floor is right).</summary>
    Floors = 1,

    /// <summary>The mark is the generation from before the request was sent, not from when the answer came (condition 3).</summary>
    MarkBeforeSend = 2,

    /// <summary>The lower tier sends its floor along, and an upper tier behind it waits (rule 8).</summary>
    TierFloor = 4,

    /// <summary>The publisher makes a change readable before it purges (rule 7).</summary>
    WriteBeforePurge = 8,

    /// <summary>All of them.</summary>
    All = Floors | MarkBeforeSend | TierFloor | WriteBeforePurge,
}
