namespace EdgeCache.Http.Rules;

/// <summary>Whether a response is stored, and if not, why.</summary>
internal readonly record struct StoreDecision(bool Stores, CacheReason Reason)
{
    /// <summary>Stored.</summary>
    public static StoreDecision Store { get; } = new(true, CacheReason.None);

    /// <summary>Not stored.</summary>
    public static StoreDecision Refuse(CacheReason reason) => new(false, reason);
}

/// <summary>
/// Whether a shared cache stores a response (RFC 9111 §3). Set-Cookie: such a response is stored only with explicit freshness (RFC 9111 §7.3 leaves control to the
/// origin), and when the request already carried a cookie only if it also says <c>public</c> or <c>s-maxage</c> or speaks to caches in a targeted field.
/// </summary>
internal static class Storability
{
    /// <summary>Decides for a complete response.</summary>
    public static StoreDecision Decide(in RequestFacts request, ResponseFacts response, in FreshnessPolicy policy = default)
    {
        var refusal = RefusedByRequest(in request, response);
        refusal = refusal == CacheReason.None ? RefusedByStatus(in request, response) : refusal;
        refusal = refusal == CacheReason.None ? RefusedByDirectives(in request, response) : refusal;
        refusal = refusal == CacheReason.None ? RefusedByFreshness(in request, response, policy) : refusal;
        return refusal == CacheReason.None ? StoreDecision.Store : StoreDecision.Refuse(refusal);
    }

    private static CacheReason RefusedByRequest(in RequestFacts request, ResponseFacts response)
    {
        if (request.Method is not (MethodKind.Get or MethodKind.Post))
        {
            return CacheReason.Method;
        }

        // RFC 9110 §9.3.3: a POST's response stands for later GETs only if it says so by Content-Location; the caller compares that with the target.
        if (request.Method == MethodKind.Post && (response.ContentLocation is null || !IsExplicit(response)))
        {
            return CacheReason.Method;
        }

        return request.Directives.NoStore ? CacheReason.RequestNoStore
            : request.Method == MethodKind.Get && request.Has(RequestFlags.Body) ? CacheReason.RequestBody
            : CacheReason.None;
    }

    private static CacheReason RefusedByStatus(in RequestFacts request, ResponseFacts response) => response.Status switch
    {
        < 200 => CacheReason.Interim,
        206 => CacheReason.Partial,
        304 => CacheReason.NotModifiedUnasked,

        // These answer the range or the condition of one client, not the resource.
        416 when request.Has(RequestFlags.Range) => CacheReason.Partial,
        412 when request.Has(RequestFlags.Precondition | RequestFlags.Condition) => CacheReason.Precondition,
        _ => CacheReason.None,
    };

    private static CacheReason RefusedByDirectives(in RequestFacts request, ResponseFacts response)
    {
        var directives = response.Directives;
        if (directives.Has(ResponseFlags.MustUnderstand) && !StatusRules.IsUnderstood(response.Status))
        {
            return CacheReason.StatusNotUnderstood;
        }

        // §5.2.2.3: must-understand switches no-store off where the code is understood.
        if (directives.Has(ResponseFlags.NoStore) && !directives.Has(ResponseFlags.MustUnderstand))
        {
            return CacheReason.ResponseNoStore;
        }

        if (directives.Has(ResponseFlags.Private))
        {
            return CacheReason.Private;
        }

        if (request.Has(RequestFlags.Authorization) && !PermitsAuthorization(in directives))
        {
            return CacheReason.Authorization;
        }

        return response.Vary.IsAny ? CacheReason.VaryStar : response.Tags.IsOverLimit ? CacheReason.TagLimit : CacheReason.None;
    }

    private static CacheReason RefusedByFreshness(in RequestFacts request, ResponseFacts response, in FreshnessPolicy policy)
    {
        var lifetime = Freshness.LifetimeOf(response, policy);
        if (!lifetime.IsExplicit && !response.Directives.Has(ResponseFlags.Public) && !StatusRules.IsHeuristicallyCacheable(response.Status))
        {
            return CacheReason.StatusNotCacheable;
        }

        if (response.HasSetCookie && !IsWithheld(response, "Set-Cookie") && !PermitsCookie(in request, response))
        {
            return CacheReason.SetCookie;
        }

        // Nothing to gain: stale at once, nothing to validate with, no leave to serve it stale.
        var hasValidator = response.ETag is not null || response.LastModified is not null;
        var stale = response.Directives.StaleWhileRevalidate.Value > 0 || response.Directives.StaleIfError.Value > 0
            || policy.StaleWhileRevalidate > 0 || policy.StaleIfError > 0;
        return lifetime.Seconds == 0 && !hasValidator && !stale ? CacheReason.NoLifetime : CacheReason.None;
    }

    private static bool IsExplicit(ResponseFacts response) => Freshness.LifetimeOf(response).IsExplicit;

    /// <summary>RFC 9111 §3.5.</summary>
    private static bool PermitsAuthorization(in ResponseDirectives directives) =>
        directives.Has(ResponseFlags.Public | ResponseFlags.MustRevalidate) || directives.SharedMaxAge.IsValid;

    /// <summary>The origin's own words count here, not a lifetime that a route adds.</summary>
    private static bool PermitsCookie(in RequestFacts request, ResponseFacts response) =>
        IsExplicit(response)
        && (!request.Has(RequestFlags.Cookie) || response.Directives.Has(ResponseFlags.Public) || response.Directives.SharedMaxAge.IsValid
            || response.Control != ControlField.CacheControl);

    private static bool IsWithheld(ResponseFacts response, string name) =>
        !response.Directives.WithheldFields.IsDefaultOrEmpty && response.Directives.WithheldFields.Contains(name, StringComparer.OrdinalIgnoreCase);
}
