using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Proxy;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Revalidation;

/// <summary>A request that a stored page answers, made of the page's own keys, so that it can be fetched again without a client.</summary>
internal static class StoredRequest
{
    private const string Header = "h:";

    /// <summary>The request; null when the keys do not tell it whole (a route that leaves out host, path or scheme, or counts a cookie) or the rules of today make another key of it.</summary>
    public static EdgeRequest? Of(in EntryLease lease, EdgeNode node)
    {
        var lines = Encoding.Latin1.GetString(lease.Key).Split('\n');
        var slash = lines[0].IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || lines is not [_, "http" or "https", ..] || !Array.TrueForAll(lines[2..], l => l.StartsWith(Header, StringComparison.Ordinal)))
        {
            return null;
        }

        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Scheme = lines[1];
        context.Request.Host = new HostString(lines[0][..slash]);
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = lines[0][slash..]; // The default context has it.
        foreach (var line in lines[2..])
        {
            Add(context, line[Header.Length..], '=');
        }

        foreach (var line in Encoding.Latin1.GetString(lease.VariantKey).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Add(context, line, ':');
        }

        return EdgeRequestReader.TryRead(context, node, isUpgrade: false, out var request) == TargetProblem.None && request is not null && IsOf(request, in lease, node) ? request : null;
    }

    private static bool IsOf(EdgeRequest request, in EntryLease lease, EdgeNode node) =>
        request.Zone.Id == lease.ZoneId
        && request.Rule is { Bypass: false, Key: { Host: true, Path: true, Scheme: true } }
        && request.Key.AsSpan().SequenceEqual(lease.Key)
        && request.Facts.BypassReason() == CacheReason.None
        && VaryKey.Matches(lease.VariantKey, request.Fields, node.Names);

    /// <summary>A field as keys have it: nothing behind the name when the request had none; lines of an opaque one apart by CR; a list with a comma at its end.</summary>
    private static void Add(HttpContext context, string line, char separator)
    {
        var end = line.IndexOf(separator, StringComparison.Ordinal);
        if (end > 0 && line.Length > end + 1)
        {
            var value = separator == ':' ? line[(end + 2)..] : line[(end + 1)..];
            context.Request.Headers[line[..end]] = new StringValues(value.TrimEnd(',').Split('\r'));
        }
    }
}
