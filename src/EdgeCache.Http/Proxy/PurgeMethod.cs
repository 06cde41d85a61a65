using EdgeCache.Http.Fetching;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Log;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Proxy;

/// <summary>The PURGE method as Varnish users know it: this URL, all its variants, on every node; only from networks that were named.</summary>
internal sealed class PurgeMethod(EdgeNode node)
{
    /// <summary>The method.</summary>
    public const string Name = "PURGE";

    /// <summary>What Allow says of this server as a whole.</summary>
    public const string Allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    /// <summary>Purges and answers with the change's id; 405 for everybody else.</summary>
    public async Task AnswerAsync(HttpContext context, EdgeRequest request)
    {
        context.Response.ContentType = "text/plain";
        context.Response.Headers.CacheControl = "no-store";
        if (context.Connection.RemoteIpAddress is not { } client || !node.Options.PurgeFrom.Any(n => n.Contains(client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client)))
        {
            node.Tally.CountRefused();
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = Allowed;
            context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={CacheReason.Method.Text()}";
            await context.Response.WriteAsync("405 PURGE is off for this address: allow it with --purge-from CIDR\n", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        Selector[] selectors = [new(SelectorKind.Url, System.Text.Encoding.ASCII.GetString(request.Target))];
        Position? position = null;
        if (node.Options.Invalidate is not null)
        {
            position = await node.OwnChanges.AppendAsync(node, request.Zone, selectors, context.RequestAborted).ConfigureAwait(false);
        }
        else
        {
            request.Zone.Floors.Raise(selectors, PurgeMode.Hard);
        }

        context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={CacheReason.Method.Text()}";
        await context.Response.WriteAsync(position is { } at ? $"{at}\n" : "purged\n", context.RequestAborted).ConfigureAwait(false);
    }
}
