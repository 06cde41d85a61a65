using System.Globalization;
using System.Net;
using EdgeCache.Http.Rules;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Fetching;

/// <summary>An answer made from a stored response: whole, 304, 206 or 416 (RFC 9110 §13, §14).</summary>
internal static class StoredAnswer
{
    /// <summary>Makes the answer; it owns the use.</summary>
    public static HttpResponseMessage Make(EdgeNode node, EdgeRequest request, LeaseUse use, in CacheStatus status)
    {
        var lease = use.Lease;
        ref readonly var facts = ref lease.Facts<StoredFacts>();
        var etag = (string?)lease.Head["ETag"];
        if (request.Facts.Has(RequestFlags.Condition)
            && Conditions.Evaluate(in facts, etag, request.Fields.Field("If-None-Match"), request.Fields.Field("If-Modified-Since"), node.NowSeconds) == ConditionOutcome.NotModified)
        {
            return With(node, Fields(new(HttpStatusCode.NotModified), use, [], name => NotModifiedFields.Keeps(name, etag is not null)), use, status);
        }

        var length = lease.BodyLength;
        if (request.Facts.Method == MethodKind.Get && lease.Status == 200 && request.Facts.Has(RequestFlags.Range)
            && Conditions.IfRangeHolds(in facts, etag, request.Fields.Field("If-Range"), node.NowSeconds))
        {
            switch (RangeSelection.Select(request.Fields.Field("Range"), length, out var ranges))
            {
                case RangeOutcome.Partial:
                    return With(node, Partial(request, use, ranges, length), use, status);
                case RangeOutcome.Unsatisfiable:
                    return With(node, Unsatisfiable(use, length), use, status);
            }
        }

        var parts = request.Facts.Method == MethodKind.Head || length == 0 ? Array.Empty<StoredPart>() : [StoredPart.Whole(length)];
        var whole = Fields(new((HttpStatusCode)lease.Status), use, parts, static _ => true);
        if (lease.Status is not (204 or 304))
        {
            whole.Content.Headers.TryAddWithoutValidation("Content-Length", length.ToString(CultureInfo.InvariantCulture));
        }

        return With(node, whole, use, status);
    }

    private static HttpResponseMessage Partial(EdgeRequest request, LeaseUse use, IReadOnlyList<ByteRange> ranges, long length)
    {
        HttpResponseMessage response;
        if (ranges.Count == 1)
        {
            response = Fields(new(HttpStatusCode.PartialContent), use, [new(default, ranges[0])], static _ => true);
            response.Content.Headers.TryAddWithoutValidation("Content-Range", ranges[0].ContentRange(length));
            response.Content.Headers.TryAddWithoutValidation("Content-Length", ranges[0].Length.ToString(CultureInfo.InvariantCulture));
            return response;
        }

        // A boundary that cannot stand in the body by anybody's choice: the entry's number is not known outside.
        var multipart = new MultipartByteRanges(ranges, length, use.Lease.Head["Content-Type"], $"edge-{use.Lease.Number:x16}-{request.Required:x}");
        var parts = new List<StoredPart>();
        for (var i = 0; i < ranges.Count; i++)
        {
            parts.Add(new(multipart.Head(i), ranges[i]));
        }

        parts.Add(new(multipart.Tail, default));
        response = Fields(new(HttpStatusCode.PartialContent), use, parts, static n => !n.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));
        response.Content.Headers.TryAddWithoutValidation("Content-Type", multipart.ContentType);
        response.Content.Headers.TryAddWithoutValidation("Content-Length", multipart.TotalLength.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private static HttpResponseMessage Unsatisfiable(LeaseUse use, long length)
    {
        var response = Fields(new(HttpStatusCode.RequestedRangeNotSatisfiable), use, [], static n => !n.StartsWith("Content-", StringComparison.OrdinalIgnoreCase));
        response.Content.Headers.TryAddWithoutValidation("Content-Range", $"bytes */{length}");
        response.Content.Headers.TryAddWithoutValidation("Content-Length", "0");
        return response;
    }

    private static HttpResponseMessage Fields(HttpResponseMessage response, LeaseUse use, IReadOnlyList<StoredPart> parts, Func<string, bool> keeps)
    {
        response.Content = new StoredContent(use, parts);
        foreach (var field in use.Lease.Head.Fields)
        {
            if (!field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && keeps(field.Name))
            {
                Add(response, field.Name, field.Values);
            }
        }

        return response;
    }

    private static HttpResponseMessage With(EdgeNode node, HttpResponseMessage response, LeaseUse use, in CacheStatus status)
    {
        var age = use.Lease.Facts<StoredFacts>().AgeSecondsAt(node.Now);
        response.Headers.TryAddWithoutValidation("Age", node.Texts.Age(age));
        response.Headers.TryAddWithoutValidation("Cache-Status", status.Format(node.Name));
        if (status.Detail == CacheReason.PossiblyOld)
        {
            TakeFreshness(response);
        }

        return response;
    }

    /// <summary>Nobody downstream may keep it as fresh (PLANE.md 16).</summary>
    private static void TakeFreshness(HttpResponseMessage response)
    {
        foreach (var name in response.Headers.NonValidated.Select(f => f.Key).Where(StreamAnswer.GivesFreshness).ToList())
        {
            response.Headers.Remove(name);
        }

        foreach (var name in response.Content.Headers.NonValidated.Select(f => f.Key).Where(StreamAnswer.GivesFreshness).ToList())
        {
            response.Content.Headers.Remove(name);
        }

        response.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
    }

    private static void Add(HttpResponseMessage response, string name, StringValues values)
    {
        foreach (var value in values)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
