using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>GET /nodes</c> and <c>GET /explain</c>.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder app, AdminParts parts)
    {
        app.MapGet("/nodes", (CancellationToken cancellation) => ListAsync(parts, cancellation));
        app.MapGet("/explain", (string? url, string? name, string? type, CancellationToken cancellation) => ExplainAsync(parts, url, name, type, cancellation));
    }

    private static async Task<IResult> ListAsync(AdminParts parts, CancellationToken cancellation)
    {
        var heads = new Dictionary<ZoneName, (Epoch Epoch, long Head)>();
        foreach (var zone in (await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Zones)
        {
            if (await ChangeLog.HeadAsync(parts.Store, zone.Zone, cancellation).ConfigureAwait(false) is { Exists: true } head)
            {
                heads[zone.Zone] = (head.Epoch, head.Head);
            }
        }

        var reports = await parts.Store.NodesAsync(cancellation).ConfigureAwait(false);
        return Results.Json(new NodeList { Nodes = NodeTable.Of(reports, parts.Missed.Beside(reports), heads, parts.Time.GetUtcNow().ToUnixTimeMilliseconds()) }, EdgeCacheClient.Json);
    }

    private static async Task<IResult> ExplainAsync(AdminParts parts, string? url, string? name, string? type, CancellationToken cancellation)
    {
        if ((url is null) == (name is null))
        {
            return Problem.BadRequest("nothing to explain, or two things", "url=, or name= with type=");
        }

        if (url is not null)
        {
            var (edges, error) = parts.Insight.Explain?.Invoke(url) ?? ([], null);
            return error is not null ? Problem.BadRequest($"'{url}' cannot be explained", error)
                : edges.Count == 0 ? Problem.Of(StatusCodes.Status404NotFound, $"{parts.Insight.Node} has no edge in its process", null, "the admin listener of an edge: edgecache edge --admin URL")
                : Results.Json(new { url, edges }, EdgeCacheClient.Json);
        }

        return await RecordExplanation.MakeAsync(parts, name!, type ?? "A", cancellation).ConfigureAwait(false); // One of the two is there.
    }
}
