using EdgeCache.Http.Fetching;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace EdgeCache.Http.Embedding;

/// <summary>The cache between YARP's forwarder and a cluster's connections.</summary>
internal sealed class EmbeddedHandler(EmbeddedCache cache, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        cache.Flow is { } flow && request.Options.TryGetValue(EdgeRequest.Option, out var edge)
            ? flow.AnswerMessageAsync(new Errand(edge, request, base.SendAsync), cancellationToken)
            : base.SendAsync(request, cancellationToken);
}

/// <summary>YARP's own factory, with the cache around what it makes.</summary>
internal sealed class EmbeddedClientFactory(EmbeddedCache cache, ILogger<ForwarderHttpClientFactory> log) : ForwarderHttpClientFactory(log)
{
    /// <inheritdoc/>
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) => new EmbeddedHandler(cache, base.WrapHandler(context, handler));
}
