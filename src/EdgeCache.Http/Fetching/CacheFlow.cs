using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Fetching;

/// <summary>A request on its way through the cache, with the message that goes up if nothing stored will do.</summary>
internal readonly record struct Errand(EdgeRequest Request, HttpRequestMessage Message, UpstreamSend Send);

/// <summary>
/// The cache proper: store, rules, then a fill that many may share, or a way past it all. Runs without an <c>HttpContext</c>.
/// </summary>
internal sealed class CacheFlow(EdgeNode node, Lookup lookup, FillRunner runner, PassThrough pass)
{
    /// <summary>Times a waiter changes to another fill before it goes for itself.</summary>
    private const int MaxRounds = 4;

    /// <summary>Answers a request with a message, for a proxy.</summary>
    public async Task<HttpResponseMessage> AnswerMessageAsync(Errand errand, CancellationToken cancellation) =>
        (await AnswerAsync(errand, cancellation).ConfigureAwait(false)).ToMessage(node, errand.Request);

    /// <summary>Answers a request.</summary>
    public ValueTask<EdgeAnswer> AnswerAsync(Errand errand, CancellationToken cancellation)
    {
        var request = errand.Request;
        if (BypassReason(request) is not CacheReason.None and var bypass)
        {
            return PassAsync(errand, bypass, cancellation);
        }

        var finding = FindAsync(request, cancellation);
        return finding.IsCompletedSuccessfully ? AnswerAsync(errand, finding.Result, cancellation) : AnswerLaterAsync(errand, finding, cancellation);
    }

    private async ValueTask<EdgeAnswer> AnswerLaterAsync(Errand errand, ValueTask<Found> finding, CancellationToken cancellation) =>
        await AnswerAsync(errand, await finding.ConfigureAwait(false), cancellation).ConfigureAwait(false);

    private ValueTask<EdgeAnswer> AnswerAsync(in Errand errand, in Found found, CancellationToken cancellation)
    {
        var request = errand.Request;
        return !request.IsBehindFloor && TryServe(errand, found, out var served) ? new(new EdgeAnswer(served))
            : request.Facts.Method == MethodKind.Head ? HeadAsync(errand, found, cancellation)
            : GoesAlone(request, found) is { } reason ? AloneAsync(errand, found, reason, cancellation)
            : TogetherAsync(errand, found, cancellation);
    }

    private async ValueTask<EdgeAnswer> PassAsync(Errand errand, CacheReason reason, CancellationToken cancellation) =>
        new(await pass.SendAsync(errand, reason, cancellation).ConfigureAwait(false));

    private async ValueTask<EdgeAnswer> HeadAsync(Errand errand, Found found, CancellationToken cancellation)
    {
        var mark = errand.Request.Zone.Floors.Generation;
        var refresh = new HeadRefresh(node);
        var head = await pass.SendAsync(errand, found.Reason, cancellation).ConfigureAwait(false);
        refresh.Apply(errand.Request, found, mark, head);
        return new(head);
    }

    private static CacheReason BypassReason(EdgeRequest request) =>
        request.IsUpgrade ? CacheReason.Upgrade
        : request.Facts.BypassReason() is not CacheReason.None and var reason ? reason
        : request.Rule.Bypass ? CacheReason.Rule
        : request.Key.Length == 0 ? CacheReason.Rule
        : request.Facts.Directives.NoStore && !request.Facts.Directives.OnlyIfCached ? CacheReason.RequestNoStore
        : CacheReason.None;

    /// <summary>Requests that no other may share or wait for: null when it may.</summary>
    private CacheReason? GoesAlone(EdgeRequest request, Found found) =>
        found.IsPassMark ? CacheReason.HitForPass
        : request.IsBehindFloor ? CacheReason.BelowFloor
        : request.Facts.Has(RequestFlags.Range) && found.Use is null ? CacheReason.RangeMiss
        : request.Facts.Has(RequestFlags.Authorization) ? found.Reason
        : request.Level is not null && node.Options.UpstreamIsTier ? found.Reason
        : found.Decision.Reason is CacheReason.RequestNoCache or CacheReason.RequestMaxAge or CacheReason.RequestMinFresh ? found.Reason
        : request.Facts.Directives.NoCache ? found.Reason
        : null;

    private ValueTask<Found> FindAsync(EdgeRequest request, CancellationToken cancellation)
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

    private bool TryServe(Errand errand, Found found, out HttpResponseMessage response)
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

        if (found.Decision.Action == ReuseAction.ServeAndValidate)
        {
            ValidateBehind(errand, found, use);
        }

        response = Stored(errand.Request, use, found.Decision.Reason);
        return true;
    }

    private HttpResponseMessage Stored(EdgeRequest request, LeaseUse use, CacheReason reason)
    {
        var tally = node.Tally.For(request.Zone);
        tally.CountHit();
        if (reason is not (CacheReason.Fresh or CacheReason.Validated))
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

    private async ValueTask<EdgeAnswer> TogetherAsync(Errand errand, Found found, CancellationToken cancellation)
    {
        var request = errand.Request;
        var run = found.Run;
        for (var round = 0; round < MaxRounds; round++)
        {
            var place = node.Fills.Join(request, run, node.Now);
            if (place.Fill is not { } fill)
            {
                await place.Blocked.WaitAsync(cancellation).ConfigureAwait(false);
                found = await FindAsync(request, cancellation).ConfigureAwait(false);
                if (TryServe(errand, found, out var served))
                {
                    return new(served);
                }

                continue;
            }

            using var gone = place.Leads ? EndWith(fill, cancellation) : default;
            try
            {
                FillHead head;
                if (place.Leads)
                {
                    var stands = found.Use is { } use ? Validator(use, found.Verdict) : null;
                    head = (await runner.BeginAsync(fill, new(errand.Message, errand.Send, stands, found.Verdict, AsAsked: false)).ConfigureAwait(false)).Head;
                    cancellation.ThrowIfCancellationRequested();
                }
                else
                {
                    head = await FollowAsync(fill, cancellation).ConfigureAwait(false);
                }

                if (Take(errand.Request, fill, head, found, found.Reason, place.Leads) is { } answer)
                {
                    return answer;
                }

                if (head.Kind is FillKind.Private)
                {
                    break;
                }

                run = OwnRun(request, head, run);
            }
            finally
            {
                Leave(fill, place.Leads);
            }

            // A short body may be over before a waiter gets to it: by now it is stored.
            found = await FindAsync(request, cancellation).ConfigureAwait(false);
            if (TryServe(errand, found, out var stored))
            {
                return new(stored);
            }
        }

        return await AloneAsync(errand, found, found.Reason, cancellation).ConfigureAwait(false);
    }

    /// <summary>A fill of one's own: stored if it may be, shared with nobody.</summary>
    private async ValueTask<EdgeAnswer> AloneAsync(Errand errand, Found found, CacheReason reason, CancellationToken cancellation)
    {
        var request = errand.Request;
        var stored = found.IsPassMark || reason is CacheReason.BelowFloor ? null : found.Use;
        var fill = new Fill(request, default, node.Now);
        var order = new FillOrder(errand.Message, errand.Send, stored is null ? null : Validator(stored, found.Verdict), found.Verdict, AsAsked: stored is null);
        using var gone = EndWith(fill, cancellation);
        try
        {
            var head = (await runner.BeginAsync(fill, order).ConfigureAwait(false)).Head;
            cancellation.ThrowIfCancellationRequested();
            return Take(request, fill, head, found, reason, leads: true) ?? new(UpstreamProblem.Answer(node, reason, CacheReason.UpstreamReset));
        }
        finally
        {
            Leave(fill, leads: true);
        }
    }

    private Task<FillHead> FollowAsync(Fill fill, CancellationToken cancellation)
    {
        node.Tally.For(fill.Leader.Zone).CountCollapsed();
        return fill.Head.WaitAsync(cancellation);
    }

    /// <summary>A client that goes away while it leads gives up its place: with nobody else waiting, the fill ends.</summary>
    private CancellationTokenRegistration EndWith(Fill fill, CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static state => LeaveAsLeader(((Coalescer, Fill))state!), (node.Fills, fill)); // It is what is given here.

    private static void LeaveAsLeader((Coalescer Fills, Fill Fill) place) => place.Fills.LeaveAsLeader(place.Fill);

    /// <summary>A leader that left without its place in the stream lets go of it, or the stream would wait for it.</summary>
    private void Leave(Fill fill, bool leads)
    {
        if (!leads)
        {
            node.Fills.Leave(fill);
            return;
        }

        if (fill.Head.IsCompletedSuccessfully)
        {
            fill.TakeReader(fill.Head.Result)?.Dispose();
        }

        node.Fills.LeaveAsLeader(fill);
    }

    /// <summary>The answer for one member; null when this fill has none for it.</summary>
    private EdgeAnswer? Take(EdgeRequest request, Fill fill, FillHead head, Found found, CacheReason reason, bool leads)
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
        if ((below && request.Required > fill.Mark) || (!leads && !IsMyVariant(request, head)))
        {
            return null;
        }

        if (found.Verdict != Zones.Floors.FloorVerdict.None && !below)
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

        var verdict = use.Lease.Verdict(request.Zone);
        var reason = StaleOnError.Decide(use.Lease.Facts<StoredFacts>(), node.Now, request.Facts.Directives, verdict, how);
        return reason is CacheReason.StaleIfError or CacheReason.StaleDisconnected ? Stored(request, use, reason) : null;
    }

    /// <summary>A use for validation; null when no validator proves enough (PLANE.md 10), or when nothing of it may be served again (PLANE.md 16).</summary>
    private static LeaseUse? Validator(LeaseUse use, FloorVerdict verdict)
    {
        ref readonly var facts = ref use.Lease.Facts<StoredFacts>();
        return facts.HasValidator && verdict != FloorVerdict.Hard && (verdict == FloorVerdict.None || Validation.IsTrustworthyBelowFloor(in facts)) ? use.Again() : null;
    }

    private bool IsMyVariant(EdgeRequest request, FillHead head) => head.Variant.Length == 0 || VaryKey.Matches(head.Variant, request.Fields, node.Names);

    /// <summary>The run of the requests that have this one's values of the fields the answer varies by.</summary>
    private UInt128 OwnRun(EdgeRequest request, FillHead head, UInt128 run)
    {
        if (head.Variant.Length == 0 || IsMyVariant(request, head) || head.Facts is not { } facts)
        {
            return run;
        }

        Span<byte> variant = new byte[VaryKey.MaxBytes];
        return VaryKey.TryWrite(facts.Vary, request.Fields, variant, out var written) ? lookup.RunOf(request, variant[..written]) : run;
    }
}
