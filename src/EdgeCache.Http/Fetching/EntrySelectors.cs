using System.Text;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;

namespace EdgeCache.Http.Fetching;

/// <summary>Under which selectors a response can be purged: url with and without query, host, tags of the answer and of the route, groups (PLANE.md 14, 17).</summary>
internal static class EntrySelectors
{
    /// <summary>Keys that follow from the URL alone.</summary>
    public const int UrlKeys = 3;

    /// <summary>Writes the keys known before an answer is.</summary>
    public static void WriteUrlKeys(EdgeRequest request, Span<ulong> keys)
    {
        var hash = request.Zone.Floors.Hash;
        keys[0] = hash.Of(SelectorKind.Url, request.Target);
        keys[1] = hash.Of(SelectorKind.Url, request.HostAndPath);
        keys[2] = hash.Of(SelectorKind.Host, request.Target.AsSpan(0, request.NameLength));
    }

    /// <summary>All keys of an answer.</summary>
    public static ulong[] Of(EdgeRequest request, TagSet tags)
    {
        var hash = request.Zone.Floors.Hash;
        Span<ulong> url = stackalloc ulong[UrlKeys];
        WriteUrlKeys(request, url);

        // Without a query the first two are the same.
        url = url[(request.HostAndPath.Length == request.Target.Length ? 1 : 0)..];
        var keys = new ulong[url.Length + tags.Tags.Length + tags.Groups.Length + request.Rule.Tags.Length];
        url.CopyTo(keys);
        var next = url.Length;
        foreach (var tag in tags.Tags)
        {
            keys[next++] = hash.Of(SelectorKind.Tag, tag);
        }

        foreach (var tag in request.Rule.Tags)
        {
            keys[next++] = hash.Of(SelectorKind.Tag, tag);
        }

        foreach (var group in tags.Groups)
        {
            keys[next++] = hash.Of(SelectorKind.Tag, GroupTag(request, group));
        }

        return keys;
    }

    /// <summary>RFC 9875 §2: a group belongs to an origin.</summary>
    public static string GroupTag(EdgeRequest request, string group) => $"group\0{(request.Https ? "https" : "http")}://{request.Host}\0{group}";

    /// <summary>What the floors compare.</summary>
    public static FloorSubject Subject(EdgeRequest request, ReadOnlySpan<ulong> keys) =>
        new(keys, request.HostAndPath, request.NameLength, request.HostLength - request.NameLength);

    /// <summary>The url selector of an absolute URI of the request's own origin.</summary>
    public static Selector UrlOf(EdgeRequest request, string pathAndQuery) =>
        new(SelectorKind.Url, Encoding.ASCII.GetString(request.Target, 0, request.HostLength) + pathAndQuery);
}
