using EdgeCache.Http.Fetching;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// Which request fields reach the upstream. Fields with which one client could choose what all others get (a host, a path, a method, an address that is not the request's own) are
/// taken off or overwritten, since they are in no cache key; fields of the connection end here (RFC 9110 §7.6.1).
/// </summary>
internal static class RequestHygiene
{
    /// <summary>Written anew by this hop, or meant for it alone.</summary>
    private static readonly HashSet<string> _ofThisHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Via", "Max-Forwards", Hops.CdnLoop, "Content-Length", "X-Content-Length", "HTTP2-Settings", "Edge-Consistency", "Edge-Session",
    };

    /// <summary>Copies what may go on, and adds what this hop says of itself. Content fields go to the content.</summary>
    public static void Copy(HttpContext context, HttpRequestMessage message, string node, EdgeRequest request)
    {
        Copy(request.Fields, message);
        if (context.Request.ContentLength is { } length && message.Content is { } content)
        {
            content.Headers.ContentLength = length;
        }

        if (AcceptsTrailers(context.Request.Headers.TE))
        {
            message.Headers.TryAddWithoutValidation("TE", "trailers");
            if (!request.IsUpgrade)
            {
                message.Headers.TryAddWithoutValidation("Connection", "TE"); // RFC 9110 §10.1.4; on HTTP/2 the client leaves it out.
            }
        }

        if (context.Request.Headers.MaxForwards is { Count: > 0 } left)
        {
            Add(message, "Max-Forwards", request.Method == "OPTIONS" ? MaxForwards.Less(left) : left);
        }

        message.Headers.Host = HostFor(request, context.Request.Host.Value);
        var headers = context.Request.Headers;
        Sign(message, new Hop(
            StringValues.Concat(headers.Via, Hops.ViaMember(Version(context.Request.Protocol), node)),
            StringValues.Concat(headers[Hops.CdnLoop], node),
            context.Connection.RemoteIpAddress?.ToString(),
            context.Request.Scheme));
    }

    /// <summary>For a GET as plain that it has neither body nor TE nor Connection options.</summary>
    public static void Copy(EdgeRequest request, HttpRequestMessage message, in Hop hop)
    {
        Copy(request.Fields, message);
        Add(message, "Max-Forwards", request.Fields.Field("Max-Forwards"));
        message.Headers.Host = HostFor(request, request.Fields.Field("Host"));
        Sign(message, in hop);
    }

    /// <summary>The host of the key, in the same form: an application that takes case or a final dot for another site would answer one client for all.</summary>
    private static string? HostFor(EdgeRequest request, string? host) =>
        System.Text.Ascii.Equals(request.Target.AsSpan(0, request.HostLength), host) ? host : request.Host;

    /// <summary>Copies the fields that may go on. What Connection lists is not in the snapshot.</summary>
    private static void Copy(FieldSnapshot fields, HttpRequestMessage message)
    {
        foreach (var field in fields.All)
        {
            if (!field.Key.StartsWith(':') && !_ofThisHop.Contains(field.Key) && ClientFields.Passes(field.Key))
            {
                Add(message, field.Key, field.Value);
            }
        }
    }

    /// <summary>Adds what this hop says of itself and of its client.</summary>
    private static void Sign(HttpRequestMessage message, in Hop hop)
    {
        if (hop.Client is { } client)
        {
            message.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        }

        message.Headers.TryAddWithoutValidation("X-Forwarded-Proto", hop.Scheme);
        message.Headers.TryAddWithoutValidation("Surrogate-Capability", SurrogateControl.Capability);
        Add(message, "Via", hop.Via);
        Add(message, Hops.CdnLoop, hop.CdnLoop);
    }

    /// <summary>The version as Via names it.</summary>
    public static string Version(string protocol) =>
        HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp10(protocol) ? "1.0" : HttpProtocol.IsHttp3(protocol) ? "3" : "1.1";

    /// <summary>True when the sender takes trailers (RFC 9110 §10.1.4).</summary>
    public static bool AcceptsTrailers(StringValues te)
    {
        for (var i = 0; i < te.Count; i++)
        {
            ReadOnlySpan<char> rest = te[i];
            while (FieldSyntax.TryNextMember(ref rest, out var member))
            {
                if (member.Equals("trailers", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void Add(HttpRequestMessage message, string name, StringValues values)
    {
        foreach (var value in values)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}

/// <summary>What this hop adds: Via and CDN-Loop with its own member last, and the client's address and scheme.</summary>
internal readonly record struct Hop(StringValues Via, StringValues CdnLoop, string? Client, string Scheme);
