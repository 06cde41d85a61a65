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
    private static readonly ForwarderRequestConfig _config = new()
    {
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        ActivityTimeout = TimeSpan.FromMinutes(10), // The cache has its own, shorter limits; this one is for uploads and upgrades.
    };

    /// <summary>Answers a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (RequestRefusal.Of(context, node.Name) is { } refusal)
        {
            node.Tally.CountRefused();
            return RefuseAsync(context, refusal);
        }

        if (node.Options.RecordLookups && RecordLookups.IsFor(context))
        {
            return records.AnswerAsync(context);
        }

        if (IsForServer(context))
        {
            AnswerServerOptions(context);
            return Task.CompletedTask;
        }

        if (!context.Request.Host.HasValue && HttpProtocol.IsHttp10(context.Request.Protocol) && context.Connection.LocalIpAddress is { } address)
        {
            // RFC 9112 §3.3: the address that it came to is the name.
            context.Request.Host = new HostString(new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, context.Connection.LocalPort).ToString());
        }

        return ServeAsync(context);
    }

    private async Task ServeAsync(HttpContext context)
    {
        // First the tier's floor, then the generation that the request requires.
        var tier = context.Request.Headers.ContainsKey(TierFields.Floor) ? await LowerTier.ReadAsync(context, node).ConfigureAwait(false) : default;
        var problem = EdgeRequestReader.TryRead(context, node, IsWebSocket(context), out var request, tier);
        if (problem != TargetProblem.None || request is null)
        {
            node.Tally.CountRefused();
            await RefuseAsync(context, new RequestRefusal(problem == TargetProblem.TooLong ? 414 : 400, problem.Text())).ConfigureAwait(false);
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

    /// <summary>RFC 9110 §9.3.7, §7.6.2: an OPTIONS that goes no further. Every server has this feature, so the raw target is always there.</summary>
    private static bool IsForServer(HttpContext context) => context.Request.Method == "OPTIONS"
        && (context.Features.Get<IHttpRequestFeature>()!.RawTarget == "*" || MaxForwards.EndsHere(context.Request.Headers.MaxForwards)); // not null: see above

    /// <summary>RFC 9110 §9.3.7: it asks about the server, which for its clients is this one.</summary>
    private void AnswerServerOptions(HttpContext context)
    {
        context.Response.Headers.Allow = PurgeMethod.Allowed;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={CacheReason.Method.Text()}";
        context.Response.ContentLength = 0;
    }

    private async Task RefuseAsync(HttpContext context, RequestRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={refusal.Why}";
        context.Response.Headers.CacheControl = "no-store";
        if (refusal.Closes && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync($"{refusal.Status} {refusal.Why}\n", context.RequestAborted).ConfigureAwait(false);
    }
}
