namespace EdgeCache.Simulation.Propagation;

/// <summary>How simulated edges settle what is possibly old after a resync.</summary>
/// <param name="Rate">Fetches a second of all edges together.</param>
/// <param name="Limit">How long a page may be served so.</param>
internal readonly record struct SettlingOptions(int Rate, TimeSpan Limit)
{
    /// <summary>How often an edge looks whether it may fetch.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    /// <summary>As the product has them.</summary>
    public static SettlingOptions Standard { get; } = new(200, TimeSpan.FromSeconds(60));

    /// <summary>Short and slow, so that in a few seconds pages are served so, and their time is over.</summary>
    public static SettlingOptions Brief { get; } = new(4, TimeSpan.FromSeconds(3));
}
