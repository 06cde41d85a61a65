using EdgeCache.Http.Fetching;
using EdgeCache.Zones.Log;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// What a lower tier asks for (PLANE.md 8). <see cref="Stated"/>: where this node stands, read before its store or its upstream is asked; null when nobody asked. When this node
/// could not reach the floor it <see cref="IsBehind"/> and passes on what its upstream says now: from the application that is as new as the floor, since the request came after it, and
/// that is stated; from a further tier nobody knows, and nothing is.
/// </summary>
internal readonly record struct LowerTier(Position? Stated, bool IsBehind)
{
    /// <summary>Waits until this node has reached the floor of a tier that is believed, at most <see cref="EdgeCacheOptions.PlaneWait"/>.</summary>
    public static async ValueTask<LowerTier> ReadAsync(HttpContext context, EdgeNode node)
    {
        if (context.Request.Headers[TierFields.Floor] is not [{ } text] || !IsBelieved(context, node) || !Position.TryParse(text, out var floor))
        {
            return default;
        }

        var isBehind = !await node.Follower.AwaitPositionAsync(floor, node.Options.PlaneWait, context.RequestAborted).ConfigureAwait(false);
        var position = node.Follower.Zones.ForHost(context.Request.Host.Value).View.Position;
        return isBehind || position.Zone != floor.Zone ? new(node.Options.UpstreamIsTier ? null : floor, true) : new(position, false);
    }

    private static bool IsBelieved(HttpContext context, EdgeNode node) =>
        context.Connection.RemoteIpAddress is { } peer && node.Options.LowerTiers.Any(n => n.Contains(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer));
}
