using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>POST /purge</c>.</summary>
internal static class PurgeEndpoints
{
    public static void MapPurge(this IEndpointRouteBuilder app, AdminParts parts) =>
        app.MapPost("/purge", (HttpContext context, PurgeDocument? purge) => PurgeAsync(parts, context, purge));

    private static async Task<IResult> PurgeAsync(AdminParts parts, HttpContext context, PurgeDocument? document)
    {
        if (!SelectorText.TryPurge(document, out var purge, out var refusal))
        {
            return refusal;
        }

        var directory = await parts.Store.ReadDirectoryAsync(context.RequestAborted).ConfigureAwait(false);
        var zones = directory.Zones.OrderByDescending(z => z.Policy.Hosts.Count > 0).ThenBy(z => z.Zone.Value, StringComparer.Ordinal).ToList();
        if (document!.Zone is { } text) // TryPurge refuses null.
        {
            if (!ZonePath.TryZone(text, out var zone, out refusal))
            {
                return refusal;
            }

            zones = [.. zones.Where(z => z.Zone == zone)];
            if (zones.Count == 0)
            {
                return Problem.NoSuchZone(text);
            }
        }
        else if (purge.Selectors.Any(s => s.Kind is SelectorKind.Name or SelectorKind.Subtree))
        {
            return Problem.BadRequest("a name is relative to a zone and none is given", "\"zone\" beside a selector with \"name\"");
        }

        // Without a zone: every zone the caller may purge.
        var caller = AdminGate.CallerOf(context);
        zones = [.. zones.Where(z => caller.MayPurge(z.Zone, purge.Selectors))];
        if (zones.Count == 0)
        {
            return AdminGate.Denied(caller, document.Zone is null ? "purge, purge:ZONE or purge-tag:BEGINNING" : $"purge:{document.Zone}");
        }

        return await AppendAsync(parts, context, zones, purge).ConfigureAwait(false);
    }

    private static async Task<IResult> AppendAsync(AdminParts parts, HttpContext context, List<ZoneDefinition> zones, PurgeChange purge)
    {
        var receipts = new List<ChangeReceipt>();
        var results = new List<WriteResult>();
        var write = RecordEndpoints.ContextOf(context);
        write = write with { ChangeId = write.ChangeId ?? Guid.NewGuid().ToString("N") }; // One id in all zones: it was one purge.
        foreach (var zone in zones)
        {
            var result = await parts.Publisher.PurgeAsync(zone.Zone, purge, write, CancellationToken.None).ConfigureAwait(false);
            if (!result.IsCommitted)
            {
                // Said with what is done: a purge is idempotent, so the caller repeats it as a whole.
                var done = receipts.Count == 0 ? null : $" (already in: {string.Join(", ", receipts.Select(r => r.Zone))})";
                return Problem.Of(result with { Error = $"{zone.Zone}: {result.Error}{done}" });
            }

            WriteTrace.End(context, result, "purge");
            results.Add(result);
            receipts.Add(new ChangeReceipt { Zone = zone.Zone.Value, Change = result.Position.ToString(), IsNamed = zones.Count == 1 || zone.Policy.Hosts.Count > 0 });
        }

        context.Response.Headers["Edge-Change"] = string.Join(", ", receipts.Select(r => r.Change));
        context.Response.Headers["Edge-Session"] = RecordEndpoints.TokenFor(context, results);
        return Results.Json(new ChangeReceipts { Changes = receipts }, EdgeCacheClient.Json);
    }
}
