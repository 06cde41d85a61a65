namespace EdgeCache.Http;

/// <summary>Why a GET of a URL is answered here as it is, as of now. For people: nothing is fetched, nothing counted.</summary>
public sealed record UrlExplanation
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The URL as the cache reads it.</summary>
    public required string Url { get; init; }

    /// <summary>The zone that owns the host.</summary>
    public required string Zone { get; init; }

    /// <summary>Position applied in that zone.</summary>
    public required string Position { get; init; }

    /// <summary><c>healthy</c>, <c>lagging</c> or <c>suspect</c>: may the node rely on it?</summary>
    public required string Plane { get; init; }

    /// <summary>The route's rule.</summary>
    public required string Rule { get; init; }

    /// <summary>The primary key; empty when the request is not cached.</summary>
    public required string Key { get; init; }

    /// <summary><c>serve</c>, <c>validate</c>, <c>fetch</c> or <c>bypass</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The word of <c>Cache-Status</c> for it.</summary>
    public required string Reason { get; init; }

    /// <summary>The generation of the zone's floors.</summary>
    public required long Generation { get; init; }

    /// <summary>Floors the zone holds now.</summary>
    public required int Floors { get; init; }

    /// <summary>What is stored under the key.</summary>
    public required IReadOnlyList<StoredVariant> Variants { get; init; }
}

/// <summary>One stored answer.</summary>
public sealed record StoredVariant
{
    /// <summary>The request fields it was selected by, one in a line; empty when it does not vary.</summary>
    public required string Selected { get; init; }

    /// <summary>True for the one that this request selects.</summary>
    public required bool IsSelected { get; init; }

    /// <summary>Status; for a mark that says "uncacheable" 0.</summary>
    public required int Status { get; init; }

    /// <summary>Entity tag; null without one.</summary>
    public string? ETag { get; init; }

    /// <summary>Its <c>Cache-Tag</c>; null without.</summary>
    public string? Tags { get; init; }

    /// <summary>Age, seconds.</summary>
    public required long AgeSeconds { get; init; }

    /// <summary>Seconds it is fresh for yet; negative when it is stale.</summary>
    public required long TtlSeconds { get; init; }

    /// <summary>Bytes of its body.</summary>
    public required long Bytes { get; init; }

    /// <summary>The generation up to which it was last found above all floors.</summary>
    public required long Generation { get; init; }

    /// <summary><c>none</c>, <c>possibly-old</c>, <c>soft</c>, <c>soft-revalidate</c> or <c>hard</c>: the floor over it.</summary>
    public required string Floor { get; init; }
}
