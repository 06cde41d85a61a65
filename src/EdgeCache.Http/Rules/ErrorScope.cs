using System.Buffers;
using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>
/// Whom an error concerns. One client can make an application refuse a request by an odd field, and a shared answer would then refuse everybody (cache-poisoned denial of
/// service). So errors count as selected by every field that may have caused them, as if Vary named it (RFC 9111 §4.1): those that blame the request by any field that is more than
/// a plain word, the others, which are worth sharing between browsers, by fields that browsers do not send.
/// </summary>
internal static class ErrorScope
{
    /// <summary>Longest value that may be plain.</summary>
    private const int PlainLength = 40;

    /// <summary>Longest value that is nothing special, cookies among them.</summary>
    private const int UsualLength = 2048;

    private static readonly SearchValues<char> _plain = SearchValues.Create("-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Names of requests: each is different, and none changes an answer.</summary>
    private static readonly FrozenSet<string> _traces = new[]
    {
        "X-Request-Id", "X-Correlation-Id", "X-Trace-Id", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId", "X-B3-Sampled", "X-B3-Flags",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a status that blames the request. 404, 410 and 451 speak of the target, 502 to 504 of the upstream.</summary>
    public static bool BlamesRequest(int status) => status is (>= 400 and < 500 and not (404 or 410 or 451)) or 500 or 501 or 505;

    /// <summary>
    /// True when a field of the request may be why. Of an error that blames the request: private fields (<c>X-…</c>), and any whose value is longer or more than letters, digits, dots,
    /// dashes and underscores. Of another: private fields but for traces, and values that are oversized or not printable ASCII. Host is in the key, and what does not reach the
    /// upstream caused nothing.
    /// </summary>
    public static bool MayHaveCaused(int status, string name, StringValues values)
    {
        if (status < 400 || !FieldSyntax.IsToken(name) || !ClientFields.Passes(name) || name.Equals("Host", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var isPrivate = name.StartsWith("X-", StringComparison.OrdinalIgnoreCase);
        return BlamesRequest(status)
            ? isPrivate || values.Count != 1 || values[0] is not { Length: <= PlainLength } value || value.AsSpan().ContainsAnyExcept(_plain)
            : (isPrivate && !_traces.Contains(name)) || !IsUsual(values);
    }

    private static bool IsUsual(StringValues values)
    {
        var length = 0;
        foreach (var value in values)
        {
            length += value?.Length ?? 0;
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                return false;
            }
        }

        return length <= UsualLength;
    }
}
