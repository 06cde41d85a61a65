namespace EdgeCache.Load.Scenarios;

/// <summary>
/// A mechanism of the product that a test build can do without, so that a gate can be shown to go red. Release builds have no such switch.
/// </summary>
public enum SeededDefect
{
    /// <summary>Purges raise no floors.</summary>
    FloorsOff,

    /// <summary>An entry stays fresh far beyond its lifetime.</summary>
    LifetimeIgnored,

    /// <summary>A hint is applied whatever was missed before it.</summary>
    GapDetectionOff,

    /// <summary>A node that hears nothing goes on as if nothing could have changed.</summary>
    HorizonOff,

    /// <summary>A write is acknowledged although the store did not take it.</summary>
    AcknowledgesUnwritten,

    /// <summary>The session token of a request is not looked at.</summary>
    TokenIgnored,
}
