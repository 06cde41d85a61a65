using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Fetching;

/// <summary>Finds a stored response and serves it where the rules permit. Thread-safe.</summary>
internal sealed class StoredServing(EdgeNode node, Lookup lookup, FillRunner runner)
{
    /// <summary>What the store has for a request; waits for a poll when the node may have slept.</summary>
    public ValueTask<Found> FindAsync(EdgeRequest request, CancellationToken cancellation)
    {
        var health = node.Follower.HealthOf(request.Zone, node.Time.GetTimestamp());
        return health == PlaneHealth.Suspect ? FindFreshAsync(request, cancellation) : new(Find(request, health));
    }

    private async ValueTask<Found> FindFreshAsync(EdgeRequest request, CancellationToken cancellation) =>
        Find(request, await node.Follower.AwaitFreshAsync(request.Zone, node.Options.PlaneWait, cancellation).ConfigureAwait(false));

    private Found Find(EdgeRequest request, PlaneHealth health)
    {
        // Without a fresh poll nothing stored can be trusted: validate (PLANE.md 19).
        var found = lookup.Find(request, health);
        if (found.Use is { } use)
        {
            request.Own(use);
        }

        return found.Decision.Action == ReuseAction.AwaitPlane ? found with { Decision = new(ReuseAction.Validate, CacheReason.PlaneSuspect) } : found;
    }

    /// <summary>Answers with what was found, if the rules permit; a stale answer may start its validation behind itself.</summary>
    public bool TryServe(Errand errand, Found found, out HttpResponseMessage response)
    {
        response = null!; // Only read when true is returned.
        if (found.Decision.Action == ReuseAction.GatewayTimeout)
        {
            response = UpstreamProblem.OnlyCache(node);
            return true;
        }

        if (found.Use is not { } use || !found.Decision.Serves)
        {
            return false;
        }

        var isPossiblyOld = found.Decision.Reason == CacheReason.PossiblyOld;
        if (isPossiblyOld ? node.Doubts.Meet(use.Lease, errand.Request.Zone, node.Now) : found.Decision.Action == ReuseAction.ServeAndValidate)
        {
            ValidateBehind(errand, found, use);
        }

        response = Answer(errand.Request, use, found.Decision.Reason);
        return true;
    }

    /// <summary>The stored response as an answer, counted as a hit.</summary>
    public HttpResponseMessage Answer(EdgeRequest request, LeaseUse use, CacheReason reason)
    {
        var tally = node.Tally.For(request.Zone);
        tally.CountHit();
        if (reason is not (CacheReason.Fresh or CacheReason.Validated or CacheReason.PossiblyOld))
        {
            tally.CountStale();
        }

        var own = use.Again();
        request.Own(own);
        return StoredAnswer.Make(node, request, own, CacheStatus.Hit(own.Lease.Facts<StoredFacts>(), node.Now, reason));
    }

    /// <summary>Nobody waits for it, so it takes the message of the request that saw the need.</summary>
    private void ValidateBehind(Errand errand, Found found, LeaseUse use)
    {
        if (node.Fills.TryLead(errand.Request, found.Run, node.Now) is { } fill)
        {
            _ = BehindAsync(fill, new FillOrder(errand.Message, errand.Send, Validator(use, found.Verdict), found.Verdict, AsAsked: false));
        }
    }

    private async Task BehindAsync(Fill fill, FillOrder order)
    {
        await runner.RunAsync(fill, order).ConfigureAwait(false);
        node.Fills.Leave(fill);
    }

    /// <summary>A use for validation; null when no validator proves enough (PLANE.md 10), or when nothing of it may be served again (PLANE.md 16).</summary>
    public static LeaseUse? Validator(LeaseUse use, FloorVerdict verdict)
    {
        ref readonly var facts = ref use.Lease.Facts<StoredFacts>();
        return facts.HasValidator && verdict != FloorVerdict.Hard && (verdict == FloorVerdict.None || Validation.IsTrustworthyBelowFloor(in facts)) ? use.Again() : null;
    }
}
