using System.Collections.Immutable;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>Who knows of changes (PLANE.md 20).</summary>
internal enum Authority : byte
{
    /// <summary>The app must be asked: silence of the log means nothing.</summary>
    Origin,

    /// <summary>Every change is published or purged.</summary>
    Log,
}

/// <summary>How far the invalidation by an unsafe request goes (PLANE.md 15).</summary>
internal enum InvalidationReach : byte
{
    /// <summary>All nodes, by the log.</summary>
    Cluster,

    /// <summary>This node only.</summary>
    Local,

    /// <summary>None.</summary>
    Off,
}

/// <summary>What applies to the requests a route matches. Immutable; <see cref="Standard"/> is the standard alone.</summary>
internal sealed record CacheRule
{
    /// <summary>No rule: RFC 9111 as it is.</summary>
    public static CacheRule Standard { get; } = new() { Name = "standard" };

    /// <summary>Name shown by explain.</summary>
    public required string Name { get; init; }

    /// <summary>Never cached.</summary>
    public bool Bypass { get; init; }

    /// <summary>Freshness beyond the origin's words.</summary>
    public FreshnessPolicy Freshness { get; init; }

    /// <summary>Lifetimes by status code; they come before <see cref="Freshness"/>.</summary>
    public StatusTtls StatusTtls { get; init; } = StatusTtls.None;

    /// <summary>Tags added to each response.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Who knows of changes.</summary>
    public Authority Authority { get; init; }

    /// <summary>How far unsafe requests invalidate.</summary>
    public InvalidationReach Invalidate { get; init; }

    /// <summary>Client directives (no-cache, max-age…) are not obeyed, except no-store and only-if-cached.</summary>
    public bool IgnoresRequestDirectives { get; init; }

    /// <summary>What makes the key.</summary>
    public KeyParts Key { get; init; } = KeyParts.Standard;

    /// <summary>The freshness policy for a response's status.</summary>
    public FreshnessPolicy PolicyFor(int status) => StatusTtls.For(status) is { } ttl ? Freshness with { ForcedTtl = ttl } : Freshness;
}
