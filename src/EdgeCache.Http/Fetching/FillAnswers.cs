using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Fetching;

/// <summary>What one member of a fill gets of it. Thread-safe.</summary>
internal sealed class FillAnswers(EdgeNode node, StoredServing stored)
{
    /// <summary>The answer for one member; null when this fill has none for it.</summary>
    public EdgeAnswer? Take(EdgeRequest request, Fill fill, FillHead head, Found found, CacheReason reason, bool leads)
    {
        if (StandIn(request, head, found) is { } stale)
        {
            return new(stale);
        }

        switch (head.Kind)
        {
            case FillKind.Failed:
                return new(UpstreamProblem.Answer(node, reason, head.Reason));
            case FillKind.Private when leads && fill.TakeResponse(head) is { } response:
                var status = CacheStatus.Forwarded(reason, head.Status);
                var detail = status.Detail == CacheReason.None ? head.Reason : status.Detail;
                response.Headers.TryAddWithoutValidation("Cache-Status", (status with { Detail = detail }).Format(node.Name));
                return new(response);
            case FillKind.Private:
                return null;
        }

        // PLANE.md 9: who came after the purge must not get what was asked for before it.
        var below = fill.IsBelowFloor(head);
        if ((below && request.Required > fill.Mark) || (!leads && !IsFor(request, head)))
        {
            return null;
        }

        if (found.Verdict != FloorVerdict.None && !below)
        {
            TellRenewed(request, found);
        }

        return head.Kind == FillKind.Validated ? new(Validated(request, head, reason, leads)) : Stream(fill, head, reason, leads, below);
    }

    private void TellRenewed(EdgeRequest request, Found found)
    {
        if (node.Options.Renewed is { } tell && found.Use is { } use)
        {
            tell(new RenewedAnswer(request.Zone, System.Text.Encoding.ASCII.GetString(request.Target), use.Lease.Selectors.ToArray()));
        }
    }

    private HttpResponseMessage Validated(EdgeRequest request, FillHead head, CacheReason reason, bool leads)
    {
        var use = head.Use!.Again(); // A validated head has one, and the member that asks keeps it alive.
        request.Own(use);
        return StoredAnswer.Make(node, request, use, CacheStatus.Forwarded(reason, head.Status, collapsed: !leads));
    }

    private static EdgeAnswer? Stream(Fill fill, FillHead head, CacheReason reason, bool leads, bool below)
    {
        if ((leads ? fill.TakeReader(head) : head.Fill?.OpenReader()) is not { } reader)
        {
            return null;
        }

        var stores = !below && head.Fill!.Outcome == StoreOutcome.Stored; // A streaming head has one.
        var status = CacheStatus.Forwarded(reason, head.Status, stores, collapsed: !leads);
        return new(head, leads ? head.Withheld : [], reader, below ? status with { Detail = CacheReason.BelowFloor } : status, below);
    }

    /// <summary>The stored response in place of an error, if the rules permit (RFC 5861 §4).</summary>
    private HttpResponseMessage? StandIn(EdgeRequest request, FillHead head, Found found)
    {
        var failure = head.Kind == FillKind.Failed ? UpstreamFailure.Disconnected
            : StatusRules.IsServerFailure(head.Status) ? UpstreamFailure.ServerError
            : (UpstreamFailure?)null;
        if (failure is not { } how || found.Use is not { } use || found.IsPassMark || request.Level is not null)
        {
            return null;
        }

        var verdict = PageDoubt.VerdictOf(use.Lease, request.Zone, node.Time, node.Now);
        var reason = StaleOnError.Decide(use.Lease.Facts<StoredFacts>(), node.Now, request.Facts.Directives, verdict, how);
        return reason is CacheReason.StaleIfError or CacheReason.StaleDisconnected ? stored.Answer(request, use, reason) : null;
    }

    /// <summary>True when the answer's varying fields have this request's values.</summary>
    public bool IsFor(EdgeRequest request, FillHead head) => head.Variant.Length == 0 || VaryKey.Matches(head.Variant, request.Fields, node.Names);
}
