using System.Collections.Frozen;
using System.Net;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Interim;
using EdgeCache.Http.Levels;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// What is not a plain hit: refusals, record look-ups, PURGE, and everything that goes through YARP's forwarder to the cache and the upstream behind it.
/// </summary>
internal sealed class EdgePipeline(EdgeNode node, IHttpForwarder forwarder, EdgeUpstream upstream, EdgeTransformer transformer, RecordLookups records, PurgeMethod purges, LevelGate levels)
{
    private static readonly FrozenSet<string> _known =
        new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly ForwarderRequestConfig _config = new()
    {
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        ActivityTimeout = TimeSpan.FromMinutes(10), // The cache has its own, shorter limits; this one is for uploads and upgrades.
    };

    /// <summary>Answers a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (Refusal(context) is { } refusal)
        {
            node.Tally.CountRefused();
            await RefuseAsync(context, refusal.Status, refusal.Why, refusal.Closes).ConfigureAwait(false);
            return;
        }

        if (node.Options.RecordLookups && RecordLookups.IsFor(context))
        {
            await records.AnswerAsync(context).ConfigureAwait(false);
            return;
        }

        if (context.Request.Method == "OPTIONS"
            && (context.Features.Get<IHttpRequestFeature>()!.RawTarget == "*" || MaxForwards.EndsHere(context.Request.Headers.MaxForwards))) // Every server has it.
        {
            AnswerServerOptions(context);
            return;
        }

        if (!context.Request.Host.HasValue && HttpProtocol.IsHttp10(context.Request.Protocol) && context.Connection.LocalIpAddress is { } address)
        {
            // RFC 9112 §3.3: the address that it came to is the name.
            context.Request.Host = new HostString(new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, context.Connection.LocalPort).ToString());
        }

        // First the tier's floor, then the generation that the request requires.
        var tier = context.Request.Headers.ContainsKey(TierFields.Floor) ? await LowerTier.ReadAsync(context, node).ConfigureAwait(false) : default;
        var problem = EdgeRequestReader.TryRead(context, node, IsWebSocket(context), out var request, tier);
        if (problem != TargetProblem.None || request is null)
        {
            node.Tally.CountRefused();
            await RefuseAsync(context, problem == TargetProblem.TooLong ? 414 : 400, problem.Text(), true).ConfigureAwait(false);
            return;
        }

        if (!LevelReader.TryRead(context, node.Options, out var asked, out var unreadable))
        {
            request.Dispose();
            await LevelRefusal.UnreadableAsync(context, node, unreadable).ConfigureAwait(false);
            return;
        }

        using (request)
        {
            if (request.Method == PurgeMethod.Name)
            {
                await purges.AnswerAsync(context, request).ConfigureAwait(false);
                return;
            }

            if (!await levels.PassAsync(context, request, asked).ConfigureAwait(false))
            {
                return;
            }

            context.Features.Set(request);
            request.Interim = Relay(context, request);
            BrokenStream.Use(context);
            HeldBody.Under(context, node);
            var error = await forwarder.SendAsync(context, upstream.Prefix, upstream.Invoker, _config, transformer, context.RequestAborted).ConfigureAwait(false);
            if (error != ForwarderError.None && !context.Response.HasStarted)
            {
                context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={CacheReason.UpstreamError.Text()}";
                context.Response.Headers.CacheControl = "no-store";
            }
        }
    }

    /// <summary>
    /// The server writes nothing itself between a head without a body and its answer, so the connection is free for interim responses. HTTP/1.0 knows none.
    /// </summary>
    private static InterimRelay? Relay(HttpContext context, EdgeRequest request) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) && !request.IsUpgrade
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
        && context.Features.Get<IConnectionTransportFeature>() is { } connection
            ? new InterimRelay(connection.Transport.Output)
            : null;

    /// <summary>
    /// Only this upgrade goes through: an upstream that switched to cleartext HTTP/2 or anything else would take requests that nobody here has looked at.
    /// </summary>
    private static bool IsWebSocket(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    /// <summary>RFC 9110 §9.3.7: it asks about the server, which for its clients is this one.</summary>
    private void AnswerServerOptions(HttpContext context)
    {
        context.Response.Headers.Allow = PurgeMethod.Allowed;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={CacheReason.Method.Text()}";
        context.Response.ContentLength = 0;
    }

    private (int Status, string Why, bool Closes)? Refusal(HttpContext context)
    {
        var headers = context.Request.Headers;

        // RFC 9112 §6.1: both at once is an attempt at smuggling. The server keeps a Content-Length that Transfer-Encoding overrides under another name.
        if (headers.TransferEncoding.Count > 0 && (headers.ContainsKey("X-Content-Length") || headers.ContainsKey("Content-Length")))
        {
            return (400, "transfer-encoding-and-content-length", true);
        }

        if (headers.TransferEncoding.Count > 0 && (headers.TransferEncoding.Count > 1 || !HttpProtocol.IsHttp11(context.Request.Protocol)
            || !string.Equals(headers.TransferEncoding[0], "chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return (400, "transfer-encoding", true);
        }

        // RFC 9113 §8.2.2: fields of a connection make the message malformed; of the others the server knows.
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && headers.TransferEncoding.Count + headers.KeepAlive.Count + headers.ProxyConnection.Count + headers.Upgrade.Count > 0)
        {
            return (400, "connection-field", true);
        }

        // RFC 9110 §5.1: what is no token may be read as another field by the next hop.
        foreach (var field in headers)
        {
            if (!FieldSyntax.IsToken(field.Key) && !field.Key.StartsWith(':'))
            {
                return (400, "field-name", true);
            }

            // RFC 9113 §8.2.1; over HTTP/1.1 the guard has seen to it.
            foreach (var value in field.Value)
            {
                if (value.AsSpan().ContainsAny(UpstreamHead.Controls))
                {
                    return (400, "control-byte", true);
                }
            }
        }

        if (headers.Expect.Count > 0 && !headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            return (417, "expect", true);
        }

        if (IsMisspelt(context.Request.Method))
        {
            return (400, "method", true);
        }

        if (context.Request.Method is "CONNECT" or "TRACE" && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: "websocket" })
        {
            return (405, "method", false);
        }

        return Hops.TimesPassed(headers[Hops.CdnLoop], node.Name) > 0 ? (508, "loop", false) : null;
    }

    /// <summary>RFC 9110 §9.1: methods are case-sensitive. Senders and frameworks beyond correct these, so that rules and application would mean different ones.</summary>
    private static bool IsMisspelt(string method) =>
        method.AsSpan().ContainsAnyInRange('a', 'z') && _known.Contains(method);

    private async Task RefuseAsync(HttpContext context, int status, string why, bool closes)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={why}";
        context.Response.Headers.CacheControl = "no-store";
        if (closes && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync($"{status} {why}\n", context.RequestAborted).ConfigureAwait(false);
    }
}
