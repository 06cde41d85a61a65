namespace EdgeCache.Simulation.Resolving;

/// <summary>What a simulated resolver relies on. Each one left out must show up as a violation in some seed.</summary>
[Flags]
public enum ResolverMechanisms
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A cached answer is fresh only above the floors.</summary>
    Floors = 1,

    /// <summary>Where the zone stands is read before a question leaves, not when the answer is there.</summary>
    MarkBeforeAsking = 2,

    /// <summary>An answer of an authority behind the log is not kept (PLANE.md 30).</summary>
    Versions = 4,

    /// <summary>Without the log an answer lives for the degraded TTL at most, and after a sleep not before a poll (PLANE.md 19, 21).</summary>
    Health = 8,

    /// <summary>Answers end with their TTL.</summary>
    Lifetimes = 16,

    /// <summary>What is announced counts longer times to live that were lowered before.</summary>
    EarlierLives = 32,

    /// <summary>All.</summary>
    All = Floors | MarkBeforeAsking | Versions | Health | Lifetimes | EarlierLives,
}
