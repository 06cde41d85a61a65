using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.AspNetCore;

/// <summary>
/// Writes <c>Cache-Tag</c> as the answer begins. An answer that cannot be tagged in full must not be cached, since a purge would miss it: it gets <c>EdgeCache-Control: no-store</c>,
/// which edges obey and browsers do not see, and the reason is logged. Thread-safe.
/// </summary>
internal sealed partial class CacheTagWriter(ILogger<CacheTagWriter> log)
{
    public const string TagHeader = "Cache-Tag";
    public const string ControlHeader = "EdgeCache-Control";

    /// <summary>Where tags of the request are kept until the answer begins.</summary>
    public static readonly object ItemsKey = new();

    public void Write(HttpContext context)
    {
        var templates = context.GetEndpoint()?.Metadata.GetOrderedMetadata<CacheTagAttribute>() ?? [];
        var added = context.Items.TryGetValue(ItemsKey, out var items) ? (List<string>)items! : []; // Only this class and the extension write it.
        if (templates.Count == 0 && added.Count == 0)
        {
            return;
        }

        var headers = context.Response.Headers;
        var tags = new List<string>(headers[TagHeader].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        if (Collect(context, templates, added, tags) is { } fault)
        {
            headers[ControlHeader] = "no-store";
            LogUntagged(context.Request.Method, context.Request.Path, fault);
            return;
        }

        headers[TagHeader] = string.Join(',', tags);
    }

    private static string? Collect(HttpContext context, IReadOnlyList<CacheTagAttribute> templates, List<string> added, List<string> tags)
    {
        foreach (var template in templates.SelectMany(t => t.Parsed))
        {
            if (!template.TryFormat(context.Request.RouteValues, out var tag, out var fault))
            {
                return fault;
            }

            Keep(tags, tag);
        }

        foreach (var tag in added)
        {
            if (CacheTagTemplate.Fault(tag) is { } fault)
            {
                return fault;
            }

            Keep(tags, tag);
        }

        return tags.Count > CacheTagLimits.MaxTags ? $"{tags.Count} tags; at most {CacheTagLimits.MaxTags}"
            : tags.Sum(t => t.Length + 1) - 1 is var length && length > CacheTagLimits.MaxFieldLength ? $"tags of {length} characters; at most {CacheTagLimits.MaxFieldLength}"
            : null;
    }

    private static void Keep(List<string> tags, string tag)
    {
        if (!tags.Contains(tag, StringComparer.Ordinal))
        {
            tags.Add(tag);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Method} {Path} is not cached by edges, since it cannot be tagged: {Fault}")]
    private partial void LogUntagged(string method, string path, string fault);
}
