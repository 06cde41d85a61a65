using System.Net;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.Fetching;

/// <summary>An answer that a fill still streams, for one of those who wait for it.</summary>
internal static class StreamAnswer
{
    private static readonly string[] _giveFreshness = ["Cache-Control", "Expires", TargetedControl.CdnCacheControl, SurrogateControl.Name];

    /// <summary>Makes the answer; it owns the reader. <paramref name="belowFloor"/>: purged meanwhile, so it must not be kept downstream either (PLANE.md 16).</summary>
    public static HttpResponseMessage Make(EdgeNode node, EdgeRequest request, FillHead head, HeaderLine[] withheld, FillReader reader, in CacheStatus status, bool belowFloor)
    {
        HttpResponseMessage response;
        if (IsNotModified(node, request, head))
        {
            reader.Dispose();
            var hasETag = head.Facts?.ETag is not null;
            response = new(HttpStatusCode.NotModified) { Content = new ByteArrayContent([]) };
            AddLines(response, head.Lines, belowFloor, name => NotModifiedFields.Keeps(name, hasETag));
        }
        else
        {
            response = new((HttpStatusCode)head.Status) { Content = new FillContent(reader) };
            AddLines(response, head.Lines, belowFloor, static _ => true);
            AddLines(response, withheld, belowFloor, static _ => true);
        }

        if (belowFloor)
        {
            response.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        }

        response.Headers.TryAddWithoutValidation("Cache-Status", status.Format(node.Name));
        return response;
    }

    private static bool IsNotModified(EdgeNode node, EdgeRequest request, FillHead head) =>
        request.Facts.Has(RequestFlags.Condition)
        && Conditions.Evaluate(head.Stored, head.Facts?.ETag, request.Fields.Field("If-None-Match"), request.Fields.Field("If-Modified-Since"), node.NowSeconds)
            == ConditionOutcome.NotModified;

    private static void AddLines(HttpResponseMessage response, HeaderLine[] lines, bool belowFloor, Func<string, bool> keeps)
    {
        foreach (var line in lines)
        {
            if (!keeps(line.Name) || (belowFloor && GivesFreshness(line)))
            {
                continue;
            }

            if (!response.Headers.TryAddWithoutValidation(line.Name, line.Value))
            {
                response.Content.Headers.TryAddWithoutValidation(line.Name, line.Value);
            }
        }
    }

    /// <summary>A line that would let somebody downstream keep the answer.</summary>
    public static bool GivesFreshness(HeaderLine line) => GivesFreshness(line.Name);

    /// <summary>A field of this name would let somebody downstream keep the answer.</summary>
    public static bool GivesFreshness(string name) => Array.Exists(_giveFreshness, f => f.Equals(name, StringComparison.OrdinalIgnoreCase));
}
