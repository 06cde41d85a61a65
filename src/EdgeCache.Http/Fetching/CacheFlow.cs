using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Fetching;

/// <summary>A request on its way through the cache, with the message that goes up if nothing stored will do.</summary>
internal readonly record struct Errand(EdgeRequest Request, HttpRequestMessage Message, UpstreamSend Send);

/// <summary>
/// The cache proper: store, rules, then a fill that many may share, or a way past it all. Runs without an <c>HttpContext</c>. Thread-safe.
/// </summary>
internal sealed class CacheFlow
{
    private readonly EdgeNode _node;
    private readonly PassThrough _pass;
    private readonly StoredServing _stored;
    private readonly FillSharing _fills;

    public CacheFlow(EdgeNode node, Lookup lookup, FillRunner runner, PassThrough pass)
    {
        _node = node;
        _pass = pass;
        _stored = new StoredServing(node, lookup, runner);
        _fills = new FillSharing(node, lookup, runner, _stored);
    }

    /// <summary>Answers a request with a message, for a proxy.</summary>
    public async Task<HttpResponseMessage> AnswerMessageAsync(Errand errand, CancellationToken cancellation) =>
        (await AnswerAsync(errand, cancellation).ConfigureAwait(false)).ToMessage(_node, errand.Request);

    /// <summary>Answers a request.</summary>
    public ValueTask<EdgeAnswer> AnswerAsync(Errand errand, CancellationToken cancellation)
    {
        var request = errand.Request;
        if (BypassReason(request) is not CacheReason.None and var bypass)
        {
            return PassAsync(errand, bypass, cancellation);
        }

        var finding = _stored.FindAsync(request, cancellation);
        return finding.IsCompletedSuccessfully ? AnswerAsync(errand, finding.Result, cancellation) : AnswerLaterAsync(errand, finding, cancellation);
    }

    private async ValueTask<EdgeAnswer> AnswerLaterAsync(Errand errand, ValueTask<Found> finding, CancellationToken cancellation) =>
        await AnswerAsync(errand, await finding.ConfigureAwait(false), cancellation).ConfigureAwait(false);

    private ValueTask<EdgeAnswer> AnswerAsync(in Errand errand, in Found found, CancellationToken cancellation)
    {
        var request = errand.Request;
        return !request.IsBehindFloor && _stored.TryServe(errand, found, out var served) ? new(new EdgeAnswer(served))
            : request.Facts.Method == MethodKind.Head ? HeadAsync(errand, found, cancellation)
            : GoesAlone(request, found) is { } reason ? _fills.AloneAsync(errand, found, reason, cancellation)
            : _fills.TogetherAsync(errand, found, cancellation);
    }

    private async ValueTask<EdgeAnswer> PassAsync(Errand errand, CacheReason reason, CancellationToken cancellation) =>
        new(await _pass.SendAsync(errand, reason, cancellation).ConfigureAwait(false));

    private async ValueTask<EdgeAnswer> HeadAsync(Errand errand, Found found, CancellationToken cancellation)
    {
        var mark = errand.Request.Zone.Floors.Generation;
        var refresh = new HeadRefresh(_node);
        var head = await _pass.SendAsync(errand, found.Reason, cancellation).ConfigureAwait(false);
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
        : request.Level is not null && _node.Options.UpstreamIsTier ? found.Reason
        : found.Decision.Reason is CacheReason.RequestNoCache or CacheReason.RequestMaxAge or CacheReason.RequestMinFresh ? found.Reason
        : request.Facts.Directives.NoCache ? found.Reason
        : null;
}
