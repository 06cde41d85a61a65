using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Rules;

/// <summary>
/// Whether a stored response, already selected by key and Vary, may answer a GET or HEAD (RFC 9111 §4, RFC 5861, PLANE.md 16 and 21). Pure, no allocation.
/// </summary>
internal static class Reuse
{
    /// <summary>Decides for a request.</summary>
    public static ReuseDecision Decide(in StoredFacts stored, long now, in RequestFacts request, in PlaneFacts plane)
    {
        var decision = Choose(in stored, now, request.Directives, in plane);
        return request.Directives.OnlyIfCached && !decision.Serves && decision.Action != ReuseAction.AwaitPlane
            ? decision with { Action = ReuseAction.GatewayTimeout }
            : decision;
    }

    /// <summary>True when the answer is <see cref="ReuseAction.Serve"/> for a request without directives: the one comparison of the hit path.</summary>
    public static bool IsPlainHit(in StoredFacts stored, long now, in PlaneFacts plane) =>
        stored.FreshFor(now) > 0 && plane.Floor == FloorVerdict.None && plane.Health == PlaneHealth.Healthy && !stored.Has(StoredFlags.AlwaysValidate);

    private static ReuseDecision Choose(in StoredFacts stored, long now, in RequestDirectives request, in PlaneFacts plane)
    {
        if (plane.Health == PlaneHealth.Suspect)
        {
            return new(ReuseAction.AwaitPlane, CacheReason.PlaneSuspect);
        }

        if (plane.Floor == FloorVerdict.Hard)
        {
            return new(ReuseAction.Validate, CacheReason.PurgedHard);
        }

        var staleIfError = MayStandIn(in stored, now, in request, in plane);
        if (plane.Floor == FloorVerdict.Soft)
        {
            return new(ReuseAction.Validate, CacheReason.PurgedSoft, staleIfError);
        }

        if (plane.Health == PlaneHealth.Lagging && IsTooOldForLag(in stored, now, plane.DegradedSeconds))
        {
            return new(ReuseAction.Validate, CacheReason.PlaneLagging, staleIfError);
        }

        var refusal = Refusal(in stored, now, in request);
        return refusal == CacheReason.None
            ? ByLifetime(in stored, now, in request, plane.Floor) with { StaleIfError = staleIfError }
            : new(ReuseAction.Validate, refusal, staleIfError);
    }

    /// <summary>Reasons to validate that hold for fresh responses too.</summary>
    private static CacheReason Refusal(in StoredFacts stored, long now, in RequestDirectives request)
    {
        if (stored.Has(StoredFlags.AlwaysValidate))
        {
            return CacheReason.ResponseNoCache;
        }

        if (request.NoCache)
        {
            return CacheReason.RequestNoCache;
        }

        // §5.2.1.1: max-stale widens what max-age allows (the client names both).
        var age = stored.AgeAt(now);
        if (request.MaxAge.IsValid && age > (request.MaxAge.Value + StalenessAllowed(in stored, in request)) * 1000L)
        {
            return CacheReason.RequestMaxAge;
        }

        return request.MinFresh.IsValid && stored.FreshFor(now) < request.MinFresh.Value * 1000L ? CacheReason.RequestMinFresh : CacheReason.None;
    }

    private static ReuseDecision ByLifetime(in StoredFacts stored, long now, in RequestDirectives request, FloorVerdict floor)
    {
        var staleness = -stored.FreshFor(now);
        var purged = floor == FloorVerdict.SoftRevalidate;
        if (staleness < 0 && !purged)
        {
            // Fresh by HTTP, which no directive forbids to serve (RFC 9111 §4.2.4 is about stale ones); only the plane is not sure of it (PLANE.md 6).
            return floor == FloorVerdict.Doubtful ? new(ReuseAction.ServeAndValidate, CacheReason.PossiblyOld) : new(ReuseAction.Serve, CacheReason.Fresh);
        }

        if (stored.Has(StoredFlags.NeverStale))
        {
            return new(ReuseAction.Validate, purged ? CacheReason.PurgedSoft : CacheReason.MustRevalidate);
        }

        // A purge that permits it adds no time: the entry must still be within its lifetime and stale-while-revalidate.
        if (staleness < stored.StaleWhileRevalidate * 1000L)
        {
            return new(ReuseAction.ServeAndValidate, purged ? CacheReason.PurgedSoft : CacheReason.StaleWhileRevalidate);
        }

        if (floor == FloorVerdict.None && staleness < StalenessAllowed(in stored, in request) * 1000L)
        {
            return new(ReuseAction.Serve, CacheReason.StaleByRequest);
        }

        return new(ReuseAction.Validate, purged ? CacheReason.PurgedSoft : CacheReason.Stale);
    }

    /// <summary>Seconds of staleness the client takes and the response does not forbid (§5.2.1.2, §5.2.2.2).</summary>
    private static long StalenessAllowed(in StoredFacts stored, in RequestDirectives request) => stored.Has(StoredFlags.NeverStale) ? 0 : request.MaxStale;

    /// <summary>PLANE.md 21: while lagging, content whose authority is the log is not fresh at all, other content only for a while after its fill.</summary>
    private static bool IsTooOldForLag(in StoredFacts stored, long now, uint degradedSeconds) =>
        stored.Has(StoredFlags.LogAuthority) || now - stored.ReceivedAt > degradedSeconds * 1000L;

    private static bool MayStandIn(in StoredFacts stored, long now, in RequestDirectives request, in PlaneFacts plane) =>
        StaleOnError.Decide(in stored, now, in request, plane.Floor, UpstreamFailure.Disconnected) is CacheReason.StaleIfError or CacheReason.StaleDisconnected;
}
