namespace EdgeCache.Http.Rules;

/// <summary>Where a freshness lifetime came from.</summary>
internal enum LifetimeSource : byte
{
    /// <summary>Nothing gives one: stale at once.</summary>
    None,

    /// <summary>A tenth of the time since Last-Modified (RFC 9111 §4.2.2).</summary>
    Heuristic,
    Expires,
    MaxAge,
    SharedMaxAge,

    /// <summary>A cache rule of the route.</summary>
    Rule,
}

/// <summary>A freshness lifetime in seconds with its source.</summary>
internal readonly record struct Lifetime(uint Seconds, LifetimeSource Source)
{
    /// <summary>True when the origin or a rule gave it.</summary>
    public bool IsExplicit => Source > LifetimeSource.Heuristic;
}

/// <summary>Freshness lifetime and age of a response (RFC 9111 §4.2).</summary>
internal static class Freshness
{
    /// <summary>Longest heuristic lifetime.</summary>
    public const uint MaxHeuristicSeconds = 24 * 3600;

    private const int HeuristicDivisor = 10;

    /// <summary>RFC 9111 §4.2.1 for a shared cache: s-maxage, max-age, Expires − Date, then the heuristic.</summary>
    public static Lifetime LifetimeOf(ResponseFacts response, in FreshnessPolicy policy = default)
    {
        if (policy.ForcedTtl is { } forced)
        {
            return new(forced, LifetimeSource.Rule);
        }

        var directives = response.Directives;
        if (directives.SharedMaxAge.IsPresent || directives.MaxAge.IsPresent)
        {
            // §4.2.1: with invalid freshness information the response counts as stale, whatever else is there.
            var invalid = directives.SharedMaxAge.IsInvalid || directives.MaxAge.IsInvalid;
            var (seconds, source) = directives.SharedMaxAge.IsPresent
                ? (directives.SharedMaxAge.Value, LifetimeSource.SharedMaxAge)
                : (directives.MaxAge.Value, LifetimeSource.MaxAge);
            return new(invalid ? 0 : seconds, source);
        }

        if (response.HasExpires)
        {
            var seconds = response.Expires is { } expires ? expires - response.Date : 0;
            return new((uint)Math.Clamp(seconds, 0, DeltaSeconds.Max), LifetimeSource.Expires);
        }

        return policy.DefaultTtl is { } ttl ? new(ttl, LifetimeSource.Rule) : Heuristic(response, policy.NoHeuristics);
    }

    /// <summary>RFC 9111 §4.2.3: the age when the response arrived, in milliseconds.</summary>
    public static long InitialAge(ResponseFacts response, in ReceiptTimes times)
    {
        var apparent = Math.Max(0, times.ReceivedSeconds - response.Date);
        var delay = Math.Max(0, times.ReceivedAt - times.RequestedAt);
        return Math.Max(Math.Min(apparent, DeltaSeconds.Max) * 1000, (response.Age * 1000L) + delay);
    }

    private static Lifetime Heuristic(ResponseFacts response, bool refused)
    {
        // §4.2.2: only codes that allow it, or `public`; and never without Last-Modified.
        var allowed = StatusRules.IsHeuristicallyCacheable(response.Status) || response.Directives.Has(ResponseFlags.Public);
        if (refused || !allowed || response.LastModified is not { } modified || modified >= response.Date)
        {
            return default;
        }

        var tenth = (response.Date - modified) / HeuristicDivisor;
        return new((uint)Math.Min(tenth, MaxHeuristicSeconds), LifetimeSource.Heuristic);
    }
}
