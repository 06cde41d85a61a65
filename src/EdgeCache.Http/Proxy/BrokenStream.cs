using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// How an HTTP/2 stream ends whose answer breaks off: as an error of this side (RFC 9113 §7, INTERNAL_ERROR). The forwarder says CANCEL, which a client takes for its own wish and gRPC
/// reports as one.
/// </summary>
internal sealed class BrokenStream(IHttpResetFeature inner, HttpContext context) : IHttpResetFeature
{
    private const int InternalError = 2;
    private const int Cancel = 8;

    /// <summary>Puts it between forwarder and server where there is a stream to reset.</summary>
    public static void Use(HttpContext context)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && context.Features.Get<IHttpResetFeature>() is { } server)
        {
            context.Features.Set<IHttpResetFeature>(new BrokenStream(server, context));
        }
    }

    /// <inheritdoc/>
    public void Reset(int errorCode) => inner.Reset(errorCode == Cancel && !context.RequestAborted.IsCancellationRequested ? InternalError : errorCode);
}
