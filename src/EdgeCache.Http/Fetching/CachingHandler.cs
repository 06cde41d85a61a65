using EdgeCache.Http.Interim;

namespace EdgeCache.Http.Fetching;

/// <summary>
/// The cache as an HTTP handler, below a proxy's forwarder and keyed by the client-facing URL. A message that carries no <see cref="EdgeRequest"/> (a health probe)
/// goes straight on.
/// </summary>
internal sealed class CachingHandler(CacheFlow flow, HttpMessageHandler upstream) : DelegatingHandler(upstream)
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        !request.Options.TryGetValue(EdgeRequest.Option, out var edge) ? base.SendAsync(request, cancellationToken)
        : edge.Interim is { } relay ? AnswerAsync(edge, request, relay, cancellationToken)
        : flow.AnswerMessageAsync(new Errand(edge, request, base.SendAsync), cancellationToken);

    private async Task<HttpResponseMessage> AnswerAsync(EdgeRequest edge, HttpRequestMessage request, InterimRelay relay, CancellationToken cancellation)
    {
        try
        {
            return await flow.AnswerMessageAsync(new Errand(edge, request, base.SendAsync), cancellation).ConfigureAwait(false);
        }
        finally
        {
            await relay.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
