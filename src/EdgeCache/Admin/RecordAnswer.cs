using EdgeCache.Client;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>A record as an answer: its value, or 300 with all values where writers did not know each other.</summary>
internal static class RecordAnswer
{
    /// <summary>What a write must send back to replace all that was read.</summary>
    public const string ContextHeader = "Edge-Context";

    /// <summary>How many values stand side by side.</summary>
    public const string SiblingsHeader = "Siblings";

    public static IResult Of(HttpContext context, Record record)
    {
        var headers = context.Response.Headers;
        headers.ETag = record.ETag;
        headers["Edge-Version"] = $"{record.Version.Serial}";
        var concurrent = Describe(headers, record);
        if (record.IsDeleted)
        {
            return Problem.Of(StatusCodes.Status410Gone, $"{record.Key} was deleted");
        }

        headers.CacheControl = $"max-age={record.Ttl}";
        if (record.Tags.Count > 0)
        {
            headers["Cache-Tag"] = string.Join(',', record.Tags);
        }

        if (concurrent is { IsContested: true })
        {
            return Results.Json(RecordText.ToDocument(record), EdgeCacheClient.Json, statusCode: StatusCodes.Status300MultipleChoices);
        }

        return context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? Results.Json(RecordText.ToDocument(record), EdgeCacheClient.Json)
            : Results.Bytes(record.Value, record.ContentType);
    }

    /// <summary>Says what stands side by side, in a zone that keeps siblings.</summary>
    public static ConcurrentValues? Describe(IHeaderDictionary headers, Record record)
    {
        var concurrent = ConcurrentValues.Of(record);
        if (concurrent is not null)
        {
            headers[ContextHeader] = concurrent.Context.ToString();
            headers[SiblingsHeader] = $"{concurrent.Values.Count}";
        }

        return concurrent;
    }
}
