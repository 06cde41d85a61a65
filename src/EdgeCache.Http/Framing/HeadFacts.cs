namespace EdgeCache.Http.Framing;

/// <summary>What a request's head says about the connection and about the body that follows. <c>default</c>: no body, nothing special.</summary>
internal readonly record struct HeadFacts
{
    /// <summary>Why it is refused.</summary>
    public FramingProblem Problem { get; init; }

    /// <summary>Bytes of the body, when it is not chunked.</summary>
    public long Length { get; init; }

    /// <summary>The body is chunked.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Fields that Connection lists besides its own options, joined by commas; null when there are none (RFC 9110 §7.6.1).</summary>
    public string? Listed { get; init; }
}
