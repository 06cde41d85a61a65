namespace EdgeCache.Simulation.Resolving;

/// <summary>
/// What is said of how long resolvers that wait for TTLs go on giving answers from before a change.
/// </summary>
/// <param name="Life">How long, once the last server has applied it.</param>
/// <param name="EarlierUntil">Until when answers from still earlier versions live, if the servers applied each within the given time of its commit; time of the world.</param>
internal sealed record Announcement(TimeSpan Life, Func<TimeSpan, TimeSpan> EarlierUntil)
{
    /// <summary>A purge changes no answer.</summary>
    public static Announcement Nothing { get; } = new(TimeSpan.Zero, _ => TimeSpan.Zero);

    /// <summary>True where a log goes on without its tail: nobody knows what answers of it lived.</summary>
    public bool IsOfLoss { get; private init; }

    /// <summary>Of a log that goes on without its tail.</summary>
    public static Announcement Anything(TimeSpan longest) => new(longest, _ => TimeSpan.Zero) { IsOfLoss = true };
}
