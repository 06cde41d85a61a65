namespace EdgeCache.Http.Routes;

/// <summary>Finds dot segments that only some servers see.</summary>
internal static class HiddenDotSegment
{
    /// <summary>
    /// True when a dot segment would appear to a server that decodes slashes or cuts path parameters off (<c>..%2F</c>, <c>..%5C</c>, <c>/..;/</c>): it would serve another
    /// resource than the one the key and the rules are about.
    /// </summary>
    public static bool IsIn(ReadOnlySpan<byte> path)
    {
        if (path.IndexOfAny((byte)'%', (byte)';') < 0)
        {
            return false;
        }

        while (!path.IsEmpty)
        {
            var end = SegmentEnd(path, out var separator);
            var segment = path[..end];
            var parameters = segment.IndexOf((byte)';');
            parameters = parameters < 0 ? segment.IndexOf("%3B"u8) : parameters;
            segment = parameters < 0 ? segment : segment[..parameters];
            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                return true;
            }

            path = path[(end + separator)..];
        }

        return false;
    }

    private static int SegmentEnd(ReadOnlySpan<byte> path, out int separator)
    {
        for (var i = 0; i < path.Length; i++)
        {
            separator = path[i] == (byte)'/' ? 1 : path[i..].StartsWith("%2F"u8) || path[i..].StartsWith("%5C"u8) ? 3 : 0;
            if (separator > 0)
            {
                return i;
            }
        }

        separator = 0;
        return path.Length;
    }
}
