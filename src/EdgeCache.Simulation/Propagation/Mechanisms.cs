namespace EdgeCache.Simulation.Propagation;

/// <summary>What a simulated edge relies on. Each one left out must show up as a violation in some seed.</summary>
[Flags]
public enum Mechanisms
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An entry is fresh only above the floors.</summary>
    Floors = 1,

    /// <summary>Past max-lag nothing is fresh.</summary>
    Horizon = 2,

    /// <summary>After a sleep nothing is fresh before a poll.</summary>
    Ticks = 4,

    /// <summary>A hint is applied only if it is exactly the next of the log.</summary>
    GapDetection = 8,

    /// <summary>A resync raises a floor over the zone.</summary>
    ResyncFloor = 16,

    /// <summary>A session's token is looked at.</summary>
    Tokens = 32,

    /// <summary>While a writer may still bring back what a failover lost, no session is answered from the log that lacks it (PLANE.md 4).</summary>
    Recovery = 64,

    /// <summary>A writer appends again what it had acknowledged (PLANE.md 4).</summary>
    Reappending = 128,

    /// <summary>After a resync pages are possibly old, served so for a while and fetched again at a rate that all edges share (PLANE.md 6); without it they are known old, and fetched as they are asked for.</summary>
    Doubts = 256,

    /// <summary>A node does not count as having applied what it passed over without seeing it.</summary>
    Unproven = 512,

    /// <summary>All.</summary>
    All = Floors | Horizon | Ticks | GapDetection | ResyncFloor | Tokens | Recovery | Reappending | Doubts | Unproven,
}
