namespace EdgeCache.Http.Rules;

/// <summary>What a route adds to the origin's words about freshness. <c>default</c>: nothing, the standard alone.</summary>
internal readonly record struct FreshnessPolicy
{
    /// <summary>Lifetime, in seconds, of a response that says nothing explicit; null: none.</summary>
    public uint? DefaultTtl { get; init; }

    /// <summary>Lifetime that replaces whatever the origin says, except no-store, private and no-cache.</summary>
    public uint? ForcedTtl { get; init; }

    /// <summary>Replaces stale-while-revalidate.</summary>
    public uint? StaleWhileRevalidate { get; init; }

    /// <summary>Replaces stale-if-error.</summary>
    public uint? StaleIfError { get; init; }

    /// <summary>No lifetime from Last-Modified.</summary>
    public bool NoHeuristics { get; init; }
}
