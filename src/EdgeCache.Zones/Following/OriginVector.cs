using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Following;

/// <summary>What a follower knows of the logs of other regions: the newest entry of each that came through its own region's log (PLANE.md 25). Pure.</summary>
internal static class OriginVector
{
    /// <summary>The vector after an entry. An entry of the log's own region leaves it as it is: epochs are random, so a foreign stamp never has the log's own.</summary>
    public static IReadOnlyList<OriginStamp> After(IReadOnlyList<OriginStamp> vector, LogEntry entry) =>
        entry.Origin.Epoch == entry.Epoch ? vector : [.. vector.Where(v => v.Region != entry.Origin.Region), entry.Origin];
}
