using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>What a message says about the proxies it passed: Via (RFC 9110 §7.6.3) and CDN-Loop (RFC 8586).</summary>
internal static class Hops
{
    /// <summary>Field of RFC 8586.</summary>
    public const string CdnLoop = "CDN-Loop";

    /// <summary>The Via member of this node for a message received in the given HTTP version (<c>1.1</c>, <c>2</c>).</summary>
    public static string ViaMember(string receivedVersion, string node) => $"{receivedVersion} {node}";

    /// <summary>How often this node's identifier stands in CDN-Loop; more than zero is a loop. Parameters after it and case do not matter.</summary>
    public static int TimesPassed(StringValues cdnLoop, ReadOnlySpan<char> node)
    {
        var count = 0;
        for (var i = 0; i < cdnLoop.Count; i++)
        {
            ReadOnlySpan<char> rest = cdnLoop[i];
            while (FieldSyntax.TryNextMember(ref rest, out var member))
            {
                var semicolon = member.IndexOf(';');
                var id = FieldSyntax.Trim(semicolon < 0 ? member : member[..semicolon]);
                count += id.Equals(node, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            }
        }

        return count;
    }
}
