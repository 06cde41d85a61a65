using EdgeCache.Http.Fetching;
using EdgeCache.Http.Framing;
using EdgeCache.Http.Levels;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace EdgeCache.Http.Proxy;

/// <summary>Between YARP's forwarder and the cache: the message goes up with the normalised target and clean fields; what comes down passes unchanged.</summary>
internal sealed class EdgeTransformer(EdgeNode node) : HttpTransformer
{
    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Features.Get<EdgeRequest>()!; // The pipeline has set it.
        RequestHygiene.Copy(httpContext, proxyRequest, node.Name, request);

        // The normaliser has written it: a second reading of the same bytes would make key and upstream disagree.
        proxyRequest.RequestUri = new Uri(destinationPrefix.TrimEnd('/') + request.UpstreamTarget, in _asWritten);
        proxyRequest.Options.Set(EdgeRequest.Option, request);
        if (IsGrpc(httpContext))
        {
            proxyRequest.Version = System.Net.HttpVersion.Version20;
            proxyRequest.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copies = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
        if (httpContext.Response.StatusCode == StatusCodes.Status101SwitchingProtocols)
        {
            httpContext.Features.Get<RequestGuard>()?.Release();
        }
        else if (proxyResponse is not null)
        {
            httpContext.Response.Headers.Append("Via", Hops.ViaMember("1.1", node.Name));
            State(httpContext);
            SessionFields.Write(httpContext, node, httpContext.Features.Get<EdgeRequest>()!); // The pipeline has set it.
            if (MayTrail(httpContext, proxyResponse))
            {
                TrailingBody.Use(httpContext);
            }
        }

        return copies;
    }

    /// <inheritdoc/>
    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>() is TrailingBody body)
        {
            await body.EndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Only what comes straight from the upstream and without a length has trailers; on HTTP/2 the server has its own way.</summary>
    private static bool MayTrail(HttpContext context, HttpResponseMessage response) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) && !HttpMethods.IsHead(context.Request.Method) && (int)response.StatusCode is >= 200 and not (204 or 205 or 304)
        && response.Content is not (FillContent or StoredContent) && response.Content.Headers.ContentLength is null && !response.Content.Headers.NonValidated.Contains("Content-Length")
        && RequestHygiene.AcceptsTrailers(context.Request.Headers.TE);

    private static void State(HttpContext context)
    {
        if (context.Features.Get<EdgeRequest>()?.Stated is { } position)
        {
            context.Response.Headers[TierFields.Position] = position.ToString();
        }
    }

    private static bool IsGrpc(HttpContext context) =>
        HttpProtocol.IsHttp2(context.Request.Protocol) && context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;
}
