using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>
/// Whom an error concerns. One client can make an application refuse a request by an odd field, and a shared answer would then refuse everybody (cache-poisoned denial of
/// service). So errors that blame the request count as selected by every field that may have caused them, as if Vary named it (RFC 9111 §4.1).
/// </summary>
internal static class ErrorScope
{
    /// <summary>Longest value that may be plain.</summary>
    private const int PlainLength = 40;

    private static readonly SearchValues<char> _plain = SearchValues.Create("-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>True for a status that blames the request. 404, 410 and 451 speak of the target, 502 to 504 of the upstream: those are everybody's.</summary>
    public static bool BlamesRequest(int status) => status is (>= 400 and < 500 and not (404 or 410 or 451)) or 500 or 501 or 505;

    /// <summary>
    /// True when a field of the request may be why: private ones (<c>X-…</c>), and any whose value is longer or more than letters, digits, dots, dashes and underscores. Host
    /// is in the key, and what does not reach the upstream caused nothing.
    /// </summary>
    public static bool MayHaveCaused(string name, StringValues values)
    {
        if (!FieldSyntax.IsToken(name) || !ClientFields.Passes(name) || name.Equals("Host", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || values.Count != 1 || values[0] is not { Length: <= PlainLength } value || value.AsSpan().ContainsAnyExcept(_plain);
    }
}
