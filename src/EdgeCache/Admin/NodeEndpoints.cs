using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
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
        var heads = new Dictionary<ZoneName, ZoneRead>();
        foreach (var zone in (await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Zones)
        {
            heads[zone.Zone] = await ChangeLog.HeadAsync(parts.Store, zone.Zone, cancellation).ConfigureAwait(false);
        }

        var now = parts.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var reports = await parts.Store.NodesAsync(cancellation).ConfigureAwait(false);
        return Results.Json(
            new NodeList { Nodes = [.. reports.OrderBy(r => r.Node, StringComparer.Ordinal).Select(r => ToDocument(r, heads, now))] },
            EdgeCacheClient.Json);
    }

    private static NodeDocument ToDocument(NodeReport report, Dictionary<ZoneName, ZoneRead> heads, long now)
    {
        var behind = report.Positions.Sum(p => heads.GetValueOrDefault(p.Zone) is { Exists: true } head ? (head.Epoch == p.Epoch ? Math.Max(0, head.Head - p.Serial) : head.Head) : 0);
        var age = Math.Max(0, now - report.ReportedAt);
        return new NodeDocument
        {
            Node = report.Node,
            Role = report.Role,
            State = age > (long)NodeReport.Lifetime.TotalMilliseconds ? "gone"
                : age + report.HorizonAgeMilliseconds > report.LeaseMilliseconds ? "lagging"
                : behind > 0 ? "behind"
                : "caught-up",
            Behind = behind,
            HorizonAgeMilliseconds = report.HorizonAgeMilliseconds,
            ReportAgeMilliseconds = age,
            GapsRepaired = report.GapsRepaired,
            Resyncs = report.Resyncs,
            Positions = [.. report.Positions.Select(p => p.ToString())],
        };
    }

    private static async Task<IResult> ExplainAsync(AdminParts parts, string? url, string? name, string? type, CancellationToken cancellation)
    {
        if ((url is null) == (name is null))
        {
            return Problem.BadRequest("nothing to explain, or two things", "url=, or name= with type=");
        }

        if (url is not null)
        {
            var answer = parts.Insight.Explain is { } explain ? await explain(url, cancellation).ConfigureAwait(false) : null;
            return answer is null ? Problem.NotFound($"{parts.Insight.Node} keeps no pages; ask an edge's admin listener") : Results.Json(answer, EdgeCacheClient.Json);
        }

        return await RecordExplanation.MakeAsync(parts, name!, type ?? "A", cancellation).ConfigureAwait(false); // One of the two is there.
    }
}
