using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Tests.Rules;

/// <summary>Requests and responses written as header lines. Wall clock at receipt: <see cref="Now"/>; the monotone clock starts at zero there.</summary>
internal static class Given
{
    /// <summary>Unix seconds of 2026-03-01 12:00:00 GMT, a Sunday.</summary>
    public const long Now = 1_772_366_400;

    /// <summary>A date relative to <see cref="Now"/>.</summary>
    public static string Date(long seconds = 0) => HttpDate.Format(Now + seconds);

    public static HeaderLine[] Lines(params string[] lines) => [.. lines.Where(l => l.Length > 0).Select(Line)];

    public static ResponseFacts Response(params string[] lines) => Response(200, lines);

    public static ResponseFacts Response(int status, params string[] lines) => ResponseFactsReader.Read(status, Lines(lines), Now);

    public static StoredFacts Stored(params string[] lines) => Stored(Response(lines));

    public static StoredFacts Stored(ResponseFacts response, FreshnessPolicy policy = default) => StoredFacts.Of(response, new(0, 0, Now), policy);

    public static RequestFacts Get(string cacheControl = "", RequestFlags flags = RequestFlags.None) =>
        RequestFacts.Of("GET", cacheControl.Length == 0 ? default : cacheControl.Split('|'), default, flags);

    /// <summary>What a later plain GET sees, by the reason word.</summary>
    public static string Reuse(in StoredFacts stored, long afterSeconds, string cacheControl = "") =>
        EdgeCache.Http.Rules.Reuse.Decide(stored, afterSeconds * 1000, Get(cacheControl), PlaneFacts.Clear).Reason.Text();

    private static HeaderLine Line(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new(text[..colon], text[(colon + 1)..].Trim(' '));
    }
}
