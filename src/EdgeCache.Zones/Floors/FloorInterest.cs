using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;

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

    /// <summary>Name and subtree, by purges and by changes of records: a resolver's cache.</summary>
    Names = 2,

    /// <summary>Name and subtree, by purges only: the cache of a resolver that waits for TTLs.</summary>
    NamePurges = 4,
}

/// <summary>Tells which selectors an interest takes in.</summary>
public static class FloorInterests
{
    /// <summary>The interest in one zone: where resolvers wait for TTLs, changes of records are none of a resolver's business.</summary>
    public static FloorInterest In(this FloorInterest interest, ZonePolicy policy) =>
        policy.Resolver == ResolverMode.Ttl && (interest & FloorInterest.Names) != 0 ? (interest & ~FloorInterest.Names) | FloorInterest.NamePurges : interest;

    /// <summary>True when a cache with this interest can hold something the selector covers.</summary>
    public static bool Covers(this FloorInterest interest, SelectorKind kind) => kind switch
    {
        SelectorKind.All => true,
        SelectorKind.Name or SelectorKind.Subtree => (interest & (FloorInterest.Names | FloorInterest.NamePurges)) != 0,
        _ => (interest & FloorInterest.Pages) != 0,
    };
}
