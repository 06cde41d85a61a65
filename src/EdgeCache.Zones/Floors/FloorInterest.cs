using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// Which selectors a node's caches can be covered by. A floor nobody looks at is not raised, so that the generation does not move for nothing (PLANE.md 12).
/// A purge of everything is always of interest.
/// </summary>
[Flags]
public enum FloorInterest
{
    /// <summary>Only purges of everything: a node that keeps no cache.</summary>
    None = 0,

    /// <summary>Url, tag, prefix and host: an HTTP cache.</summary>
    Pages = 1,

    /// <summary>Name and subtree: a resolver's cache.</summary>
    Names = 2,
}

/// <summary>Tells which selectors an interest takes in.</summary>
public static class FloorInterests
{
    /// <summary>True when a cache with this interest can hold something the selector covers.</summary>
    public static bool Covers(this FloorInterest interest, SelectorKind kind) => kind switch
    {
        SelectorKind.All => true,
        SelectorKind.Name or SelectorKind.Subtree => (interest & FloorInterest.Names) != 0,
        _ => (interest & FloorInterest.Pages) != 0,
    };
}
