using EdgeCache.Http.Fetching;
using EdgeCache.Http.Proxy;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace EdgeCache.Http.Embedding;

/// <summary>
/// Gives each proxied request the form the cache reads, after the application's own transforms. Requests whose target cannot be taken go on without the cache. Of what may be shared,
/// fields with which one client could choose what all others get are taken off.
/// </summary>
internal sealed class EmbeddedTransforms(EmbeddedCache cache) : ITransformProvider
{
    /// <inheritdoc/>
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    /// <inheritdoc/>
    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    /// <inheritdoc/>
    public void Apply(TransformBuilderContext context) => context.AddRequestTransform(transform =>
    {
        if (cache.Flow is not null)
        {
            Prepare(transform.HttpContext, transform.ProxyRequest);
        }

        return default;
    });

    private void Prepare(HttpContext context, HttpRequestMessage message)
    {
        var isUpgrade = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        if (EdgeRequestReader.TryRead(context, cache.Running.Node, isUpgrade, out var request) != TargetProblem.None || request is null)
        {
            return;
        }

        context.Response.RegisterForDispose(request);
        message.Options.Set(EdgeRequest.Option, request);
        foreach (var name in context.Request.Headers.Keys)
        {
            // YARP has written these anew from the connection.
            if (!ClientFields.Passes(name) && !StoredFields.IsHopByHop(name) && !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.Remove(name);
            }
        }
    }
}
