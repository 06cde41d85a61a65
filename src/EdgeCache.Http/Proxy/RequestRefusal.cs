using System.Collections.Frozen;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// What a node refuses whatever the target: messages that the next hop may read as another, methods that do not go through, loops.
/// <paramref name="Why"/> is the word in <c>Cache-Status</c>; <paramref name="Closes"/>: over HTTP/1.1 the connection ends with it.
/// </summary>
internal readonly record struct RequestRefusal(int Status, string Why, bool Closes = true)
{
    private static readonly FrozenSet<string> _known =
        new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why it is refused; null: it is not.</summary>
    public static RequestRefusal? Of(HttpContext context, string node)
    {
        var headers = context.Request.Headers;

        // RFC 9112 §6.1: both at once is an attempt at smuggling. The server keeps a Content-Length that Transfer-Encoding overrides under another name.
        if (headers.TransferEncoding.Count > 0 && (headers.ContainsKey("X-Content-Length") || headers.ContainsKey("Content-Length")))
        {
            return new RequestRefusal(400, "transfer-encoding-and-content-length");
        }

        if (headers.TransferEncoding.Count > 0 && (headers.TransferEncoding.Count > 1 || !HttpProtocol.IsHttp11(context.Request.Protocol)
            || !string.Equals(headers.TransferEncoding[0], "chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return new RequestRefusal(400, "transfer-encoding");
        }

        // RFC 9113 §8.2.2: fields of a connection make the message malformed; of the others the server knows.
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && headers.TransferEncoding.Count + headers.KeepAlive.Count + headers.ProxyConnection.Count + headers.Upgrade.Count > 0)
        {
            return new RequestRefusal(400, "connection-field");
        }

        // RFC 9110 §5.1: what is no token may be read as another field by the next hop.
        foreach (var field in headers)
        {
            if (!FieldSyntax.IsToken(field.Key) && !field.Key.StartsWith(':'))
            {
                return new RequestRefusal(400, "field-name");
            }

            // RFC 9113 §8.2.1; over HTTP/1.1 the guard has seen to it.
            foreach (var value in field.Value)
            {
                if (value.AsSpan().ContainsAny(UpstreamHead.Controls))
                {
                    return new RequestRefusal(400, "control-byte");
                }
            }
        }

        if (headers.Expect.Count > 0 && !headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            return new RequestRefusal(417, "expect");
        }

        if (IsMisspelt(context.Request.Method))
        {
            return new RequestRefusal(400, "method");
        }

        if (context.Request.Method is "CONNECT" or "TRACE" && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: "websocket" })
        {
            return new RequestRefusal(405, "method", Closes: false);
        }

        return Hops.TimesPassed(headers[Hops.CdnLoop], node) > 0 ? new RequestRefusal(508, "loop", Closes: false) : null;
    }

    /// <summary>RFC 9110 §9.1: methods are case-sensitive. Senders and frameworks beyond correct these, so that rules and application would mean different ones.</summary>
    private static bool IsMisspelt(string method) =>
        method.AsSpan().ContainsAnyInRange('a', 'z') && _known.Contains(method);
}
