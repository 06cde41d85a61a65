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

        var caller = AdminGate.CallerOf(context);
        if (document!.Zone is { } text) // TryPurge refuses null.
        {
            // Whether there is such a zone is known to the commit, and asked nowhere before.
            return !ZonePath.TryZone(text, out var zone, out refusal) ? refusal
                : !caller.MayPurge(zone, purge.Selectors) ? AdminGate.Denied(caller, $"purge:{text}")
                : await AppendAsync(parts, context, [new PurgedZone(zone, IsNamed: true)], purge).ConfigureAwait(false);
        }

        if (purge.Selectors.Any(s => s.Kind is SelectorKind.Name or SelectorKind.Subtree))
        {
            return Problem.BadRequest("a name is relative to a zone and none is given", "\"zone\" beside a selector with \"name\"");
        }

        // Without a zone: every zone the caller may purge, also one that was made elsewhere a moment ago, so the store is asked for them.
        var directory = await parts.Store.ReadDirectoryAsync(context.RequestAborted).ConfigureAwait(false);
        var zones = directory.Zones.Where(z => caller.MayPurge(z.Zone, purge.Selectors)).OrderByDescending(z => z.Policy.Hosts.Count > 0).ThenBy(z => z.Zone.Value, StringComparer.Ordinal).ToList();
        return zones.Count == 0
            ? AdminGate.Denied(caller, "purge, purge:ZONE or purge-tag:BEGINNING")
            : await AppendAsync(parts, context, [.. zones.Select(z => new PurgedZone(z.Zone, zones.Count == 1 || z.Policy.Hosts.Count > 0))], purge).ConfigureAwait(false);
    }

    private static async Task<IResult> AppendAsync(AdminParts parts, HttpContext context, IReadOnlyList<PurgedZone> zones, PurgeChange purge)
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
                return result.Outcome == WriteOutcome.UnknownZone && zones.Count == 1 ? Problem.NoSuchZone(zone.Zone.Value) : Problem.Of(result with { Error = $"{zone.Zone}: {result.Error}{done}" });
            }

            WriteTrace.End(context, result, "purge");
            results.Add(result);
            receipts.Add(new ChangeReceipt { Zone = zone.Zone.Value, Change = result.Position.ToString(), IsNamed = zone.IsNamed });
        }

        context.Response.Headers["Edge-Change"] = string.Join(", ", receipts.Select(r => r.Change));
        context.Response.Headers["Edge-Session"] = RecordEndpoints.TokenFor(context, results);
        return Results.Json(new ChangeReceipts { Changes = receipts }, EdgeCacheClient.Json);
    }

    /// <summary>A zone to purge, and whether the receipt names it for people: the only one, or one with hosts of its own.</summary>
    private readonly record struct PurgedZone(ZoneName Zone, bool IsNamed);
}
