namespace EdgeCache.Http.Rules;

/// <summary>Which field set the caching policy of a response (RFC 9213 §2.2, most specific first).</summary>
internal enum ControlField : byte
{
    /// <summary>Cache-Control and Expires.</summary>
    CacheControl,
    SurrogateControl,
    CdnCacheControl,
    EdgeCacheControl,
}

/// <summary>What the rules need to know of a response's head, parsed once when it arrives. Immutable.</summary>
internal sealed record ResponseFacts
{
    /// <summary>Status code.</summary>
    public required int Status { get; init; }

    /// <summary>The directives that apply, from the field named in <see cref="Control"/>.</summary>
    public ResponseDirectives Directives { get; init; }

    /// <summary>Where the directives came from.</summary>
    public ControlField Control { get; init; }

    /// <summary>Date in Unix seconds; the time of receipt when the field is missing or invalid (RFC 9110 §6.6.1).</summary>
    public long Date { get; init; }

    /// <summary>True when an Expires field applies.</summary>
    public bool HasExpires { get; init; }

    /// <summary>Expires in Unix seconds; null when invalid or repeated, which means: expired (RFC 9111 §5.3).</summary>
    public long? Expires { get; init; }

    /// <summary>The Age field; 0 when missing or unreadable (RFC 9111 §5.1).</summary>
    public uint Age { get; init; }

    /// <summary>Last-Modified in Unix seconds, if valid.</summary>
    public long? LastModified { get; init; }

    /// <summary>The ETag field as received, if there is exactly one.</summary>
    public string? ETag { get; init; }

    /// <summary>The fields that select this response.</summary>
    public VarySpec Vary { get; init; } = VarySpec.None;

    /// <summary>True when a cookie is set.</summary>
    public bool HasSetCookie { get; init; }

    /// <summary>The Content-Location field, if there is exactly one.</summary>
    public string? ContentLocation { get; init; }

    /// <summary>The Location field, if there is exactly one.</summary>
    public string? Location { get; init; }

    /// <summary>Tags and groups; empty when there are none.</summary>
    public TagSet Tags { get; init; } = TagSet.Empty;
}
