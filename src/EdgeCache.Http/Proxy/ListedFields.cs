using EdgeCache.Http.Framing;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Proxy;

/// <summary>The fields that a client's Connection lists: they concern the connection and end here (RFC 9110 §7.6.1).</summary>
internal static class ListedFields
{
    /// <summary>Their names, or null. The server keeps only its own options of Connection, so the guard's reading comes first; without a guard there is only the server's.</summary>
    public static HashSet<string>? Of(HttpContext context)
    {
        if (context.Request.Headers.Connection.Count == 0)
        {
            return null;
        }

        HashSet<string>? names = null;
        Add(ref names, context.Features.Get<RequestGuard>()?.Listed);
        foreach (var line in context.Request.Headers.Connection)
        {
            Add(ref names, line);
        }

        return names;
    }

    private static void Add(ref HashSet<string>? names, ReadOnlySpan<char> rest)
    {
        while (FieldSyntax.TryNextMember(ref rest, out var member))
        {
            if (!IsOption(member))
            {
                (names ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Add(member.ToString());
            }
        }
    }

    private static bool IsOption(ReadOnlySpan<char> member) =>
        member.Equals("close", StringComparison.OrdinalIgnoreCase) || member.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || member.Equals("upgrade", StringComparison.OrdinalIgnoreCase) || member.Equals("te", StringComparison.OrdinalIgnoreCase);
}
