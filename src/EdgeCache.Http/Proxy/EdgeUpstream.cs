using System.Net;
using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Interim;
using EdgeCache.Http.MissPath;

namespace EdgeCache.Http.Proxy;

/// <summary>The application or upper tier behind an edge, with the cache in between. An upstream that is down is found out by the first request, not at start.</summary>
internal sealed class EdgeUpstream : IDisposable
{
    /// <summary>Longest response head, kilobytes: a longer one is refused as broken.</summary>
    public const int MaxHeadKilobytes = 64;

    /// <summary>Makes it; <paramref name="prefix"/> is scheme and authority.</summary>
    public EdgeUpstream(Uri prefix, EdgeNode node, CacheFlow flow)
    {
        Prefix = prefix.GetLeftPart(UriPartial.Authority);
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = node.Options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = MaxHeadKilobytes,
            RequestHeaderEncodingSelector = static (_, message) => Writing(message),
            PlaintextStreamFilter = static (context, _) =>
                new(context.NegotiatedHttpVersion.Major >= 2 ? context.PlaintextStream : new InterimStream(context.PlaintextStream)),
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        };
        HttpMessageHandler way = node.Options.DirectUpstream is { } direct ? new TierOrDirect(sockets, direct, node) : sockets;
        Invoker = new HttpMessageInvoker(new CachingHandler(flow, way));
        Direct = new HttpMessageInvoker(way, disposeHandler: false);
    }

    /// <summary>Scheme and authority.</summary>
    public string Prefix { get; }

    /// <summary>The way to it, through the cache.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>The way to it, past the cache.</summary>
    public HttpMessageInvoker Direct { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Direct.Dispose();
        Invoker.Dispose();
    }

    /// <summary>The connection asks for the encoding of each field while it puts a head together.</summary>
    private static Encoding Writing(HttpRequestMessage message)
    {
        InterimRelay.SetWriting(message is RawMessage raw ? raw.Relay : message.Options.TryGetValue(EdgeRequest.Option, out var request) ? request.Interim : null);
        return Encoding.Latin1;
    }
}
