namespace EdgeCache.Http.Routes;

/// <summary>
/// A normalised target, <c>host/path?query</c> in ASCII. The same text makes the cache key, the purge selectors and the request to the upstream, so that these
/// never mean different things (RFC 3986 §6.2.2). Lives on the stack.
/// </summary>
internal readonly ref struct RequestTarget(ReadOnlySpan<byte> text, int hostLength, int pathLength)
{
    /// <summary>Longest target, bytes.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary><c>host/path?query</c>.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Where the path begins.</summary>
    public int HostLength => hostLength;

    /// <summary>Lower case, without the scheme's default port.</summary>
    public ReadOnlySpan<byte> Host => Text[..hostLength];

    /// <summary>Begins with a slash, has no dot segments.</summary>
    public ReadOnlySpan<byte> Path => Text.Slice(hostLength, pathLength);

    /// <summary>With its question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> Query => Text[(hostLength + pathLength)..];

    /// <summary>Without the query: what prefix floors cover.</summary>
    public ReadOnlySpan<byte> HostAndPath => Text[..(hostLength + pathLength)];

    /// <summary>What goes on the request line to the upstream.</summary>
    public ReadOnlySpan<byte> PathAndQuery => Text[hostLength..];
}
