using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Fetching;

/// <summary>
/// The way to an upper tier, and past it to the application while the tier cannot be reached, does not begin its answer within half of <see cref="EdgeCacheOptions.HeadTimeout"/>, or says
/// that it could not reach the application itself. What may have been carried out is not sent twice. A tier that failed rests for a while, then one request tries it again. Thread-safe.
/// </summary>
internal sealed class TierOrDirect(HttpMessageHandler sockets, Uri direct, EdgeNode node) : DelegatingHandler(sockets)
{
    /// <summary>Milliseconds for which a tier that failed is not asked.</summary>
    public const long RestMilliseconds = 5000;

    /// <summary>Set on a message that went past the tier: its answer has no position to state, and reflects the application as of its sending.</summary>
    public static readonly HttpRequestOptionsKey<bool> WentDirect = new("edgecache.direct");

    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly string _direct = direct.GetLeftPart(UriPartial.Authority);
    private long _restsUntil = long.MinValue;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var tier = request.RequestUri!; // The transformer has written it.
        request.Options.Set(WentDirect, false);
        if (!MayAskTier())
        {
            return await DirectAsync(request, tier, cancellationToken).ConfigureAwait(false);
        }

        var answer = await TierAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer is not null && !(IsRepeatable(request) && CouldNotReach(answer)))
        {
            Volatile.Write(ref _restsUntil, long.MinValue);
            return answer;
        }

        try
        {
            var response = await DirectAsync(request, tier, cancellationToken).ConfigureAwait(false);
            answer?.Dispose();
            return response;
        }
        catch (HttpRequestException) when (answer is not null)
        {
            request.Options.Set(WentDirect, false);
            return answer; // Neither reaches the application: the tier has said so.
        }
    }

    /// <summary>Null when the request may go past the tier.</summary>
    private async Task<HttpResponseMessage?> TierAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (!IsRepeatable(request))
        {
            try
            {
                return await base.SendAsync(request, cancellation).ConfigureAwait(false);
            }
            catch (HttpRequestException problem) when (UpstreamProblem.ReasonOf(problem) == CacheReason.UpstreamUnreachable)
            {
                Rest(); // It never left.
                return null;
            }
        }

        using var late = new CancellationTokenSource(node.Options.HeadTimeout / 2, node.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await base.SendAsync(request, stop.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            Rest();
            return null;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Rest();
            return null;
        }
    }

    private async Task<HttpResponseMessage> DirectAsync(HttpRequestMessage request, Uri tier, CancellationToken cancellation)
    {
        node.Tally.CountTierFallback();
        request.Options.Set(WentDirect, true);
        foreach (var name in (ReadOnlySpan<string>)[TierFields.Floor, TierFields.Consistency, TierFields.Session])
        {
            request.Headers.Remove(name); // From and to tiers only.
        }

        request.RequestUri = new Uri(_direct + tier.PathAndQuery, in _asWritten);
        try
        {
            return await base.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            request.RequestUri = tier;
        }
    }

    /// <summary>False while it rests; the first request after that is the one that tries.</summary>
    private bool MayAskTier()
    {
        var until = Volatile.Read(ref _restsUntil);
        return until == long.MinValue || (node.Now >= until && Interlocked.CompareExchange(ref _restsUntil, node.Now + RestMilliseconds, until) == until);
    }

    private void Rest() => Volatile.Write(ref _restsUntil, node.Now + RestMilliseconds);

    private static bool IsRepeatable(HttpRequestMessage request) =>
        (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) && request.Content is null;

    /// <summary>The tier's own word on its upstream; an error of the application is its answer, and asking it again would double its load.</summary>
    private static bool CouldNotReach(HttpResponseMessage answer) =>
        answer.StatusCode is System.Net.HttpStatusCode.BadGateway or System.Net.HttpStatusCode.GatewayTimeout
        && answer.Headers.NonValidated.TryGetValues("Cache-Status", out var status)
        && status.ToString() is { } text && text.AsSpan(text.LastIndexOf(',') + 1).Contains("detail=upstream-", StringComparison.Ordinal);
}
