using System.Collections.Frozen;

namespace EdgeCache.Http.Rules;

/// <summary>What the caching rules need to know of status codes (RFC 9110 §15).</summary>
internal static class StatusRules
{
    /// <summary>Cacheable without explicit freshness (RFC 9110 §15.1); 206 is left out, since partial responses are not stored.</summary>
    private static readonly FrozenSet<int> Heuristic = new[] { 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501 }.ToFrozenSet();

    /// <summary>Registered final codes whose caching requirements are implemented: what <c>must-understand</c> asks for (RFC 9111 §5.2.2.3).</summary>
    private static readonly FrozenSet<int> Understood = new[]
    {
        200, 201, 202, 203, 204, 205, 207, 208, 226, 300, 301, 302, 303, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414,
        415, 417, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
    }.ToFrozenSet();

    /// <summary>True when a heuristic lifetime may be computed.</summary>
    public static bool IsHeuristicallyCacheable(int status) => Heuristic.Contains(status);

    /// <summary>True when this cache conforms to what the code asks of caches.</summary>
    public static bool IsUnderstood(int status) => Understood.Contains(status);

    /// <summary>Interim responses.</summary>
    public static bool IsInterim(int status) => status is >= 100 and < 200;

    /// <summary>The errors stale-if-error stands in for (RFC 5861 §4).</summary>
    public static bool IsServerFailure(int status) => status is 500 or 502 or 503 or 504;

    /// <summary>A response without an error (RFC 9111 §4.4): what follows an unsafe method then invalidates.</summary>
    public static bool IsNonError(int status) => status is >= 200 and < 400;
}
