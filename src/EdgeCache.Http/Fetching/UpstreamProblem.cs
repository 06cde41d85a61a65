using System.Net;
using System.Text;
using EdgeCache.Http.Framing;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Fetching;

/// <summary>Upstream failures as reasons, and the answers made of them.</summary>
internal static class UpstreamProblem
{
    /// <summary>The reason of an exception.</summary>
    public static CacheReason ReasonOf(HttpRequestException problem) => problem.HttpRequestError switch
    {
        _ when problem.InnerException is BrokenAnswerException broken => broken.IsFraming ? CacheReason.BadFraming : CacheReason.UpstreamReset,
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError =>
            CacheReason.UpstreamUnreachable,
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded => CacheReason.BadFraming,
        _ => CacheReason.UpstreamReset,
    };

    /// <summary>502, or 504 for a time-out; never stored downstream.</summary>
    public static HttpResponseMessage Answer(EdgeNode node, CacheReason cause, CacheReason reason) =>
        Answer(node, reason == CacheReason.UpstreamTimeout ? HttpStatusCode.GatewayTimeout : HttpStatusCode.BadGateway, CacheStatus.Forwarded(cause) with { Detail = reason });

    /// <summary>The client's body could not be read to its end.</summary>
    public static HttpResponseMessage OfTheClient(EdgeNode node, CacheReason cause, int status) =>
        Answer(node, (HttpStatusCode)status, CacheStatus.Forwarded(cause) with { Detail = CacheReason.RequestBody });

    /// <summary>504: only the cache was asked, and it has nothing.</summary>
    public static HttpResponseMessage OnlyCache(EdgeNode node) =>
        Answer(node, HttpStatusCode.GatewayTimeout, new CacheStatus { Forward = ForwardCause.UriMiss, Detail = CacheReason.OnlyIfCached });

    private static HttpResponseMessage Answer(EdgeNode node, HttpStatusCode code, CacheStatus status)
    {
        var response = new HttpResponseMessage(code) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes($"{(int)code} {status.Detail.Text()}\n")) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        response.Headers.TryAddWithoutValidation("Cache-Control", "no-store");
        response.Headers.TryAddWithoutValidation("Cache-Status", status.Format(node.Name));
        return response;
    }
}
