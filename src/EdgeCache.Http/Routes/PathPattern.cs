namespace EdgeCache.Http.Routes;

/// <summary>Matches path patterns: <c>*</c> is any run of characters without a slash, <c>**</c> any run. Everything else stands for itself, with case.</summary>
internal static class PathPattern
{
    /// <summary>Most stars in a pattern; keeps the worst case small.</summary>
    public const int MaxStars = 8;

    /// <summary>True when the whole path fits the pattern.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<byte> path)
    {
        while (true)
        {
            var star = pattern.IndexOf('*');
            if (star < 0)
            {
                return System.Text.Ascii.Equals(path, pattern);
            }

            if (path.Length < star || !System.Text.Ascii.Equals(path[..star], pattern[..star]))
            {
                return false;
            }

            path = path[star..];
            pattern = pattern[star..];
            var deep = pattern.StartsWith("**");
            pattern = pattern[(deep ? 2 : 1)..];
            if (pattern.IsEmpty)
            {
                return deep || !path.Contains((byte)'/');
            }

            return MatchesRest(pattern, path, deep);
        }
    }

    /// <summary>Tries the rest of the pattern at every place the star can end.</summary>
    private static bool MatchesRest(ReadOnlySpan<char> pattern, ReadOnlySpan<byte> path, bool deep)
    {
        for (var skipped = 0; skipped <= path.Length; skipped++)
        {
            if (Matches(pattern, path[skipped..]))
            {
                return true;
            }

            if (!deep && skipped < path.Length && path[skipped] == (byte)'/')
            {
                return false;
            }
        }

        return false;
    }
}
