using EdgeCache.Admin;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Regions;

/// <summary>What replicators of other regions ask: zones, the log without loss, digests and whole states. Not for people; <c>/zones/{zone}/changes</c> is.</summary>
internal static class RegionEndpoints
{
    /// <summary>Longest time a read waits for news.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private const string Json = "application/json";
    private const int MaxBody = 256 * 1024;

    public static void MapRegions(this IEndpointRouteBuilder app, AdminParts parts)
    {
        var log = new StoreRegionLog(parts.Store);
        app.MapGet("/replication/zones", async (CancellationToken cancellation) =>
            Results.Bytes(RegionWire.Write(await log.ReadDirectoryAsync(cancellation).ConfigureAwait(false)), Json));
        app.MapGet("/replication/removed", async (CancellationToken cancellation) =>
            Results.Bytes(RegionWire.Write(await log.ReadRemovedAsync(cancellation).ConfigureAwait(false)), Json));
        app.MapGet("/replication/{zone}/log", (string zone, string? epoch, long? after, int? wait, CancellationToken cancellation) =>
            PageAsync(parts, log, zone, epoch, after ?? 0, wait ?? 0, cancellation));
        app.MapGet("/replication/{zone}/digests", (string zone, string? after, CancellationToken cancellation) => DigestsAsync(log, zone, after, cancellation));
        app.MapPost("/replication/{zone}/states", (HttpContext context, string zone) => StatesAsync(log, context, zone));
    }

    private static async Task<IResult> PageAsync(
        AdminParts parts, StoreRegionLog log, string zoneText, string? epochText, long after, int wait, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(zoneText, out var zone, out var refusal))
        {
            return refusal;
        }

        var epoch = default(Epoch);
        if ((epochText is not null && !Epoch.TryParse(epochText, out epoch)) || after < 0 || wait < 0 || wait > MaxWait.TotalMilliseconds)
        {
            return Problem.BadRequest("this is no place in a log", $"epoch, after from 0, wait from 0 to {MaxWait.TotalMilliseconds:0} ms");
        }

        using var news = new SemaphoreSlim(0, 1);
        using var hints = parts.Store.Subscribe(hint => Wake(hint, zone, news));
        var page = await log.ReadAsync(zone, epoch, after, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        if (wait > 0 && page.Exists && page.Epoch == epoch && page.Head == after)
        {
            await news.WaitAsync(wait, cancellation).ConfigureAwait(false);
            page = await log.ReadAsync(zone, epoch, after, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        }

        return Results.Bytes(RegionWire.Write(page), Json);
    }

    private static async Task<IResult> DigestsAsync(StoreRegionLog log, string zoneText, string? after, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(zoneText, out var zone, out var refusal))
        {
            return refusal;
        }

        var from = (RecordKey?)null;
        if (after is not null)
        {
            if (after.Split('/') is not [var name, var type] || !RecordKey.TryParse(name, type, out var key, out _))
            {
                return Problem.BadRequest($"'{after}' is not a place in the list", "name/type");
            }

            from = key;
        }

        return Results.Bytes(RegionWire.Write(await log.DigestsAsync(zone, from, cancellation).ConfigureAwait(false)), Json);
    }

    private static async Task<IResult> StatesAsync(StoreRegionLog log, HttpContext context, string zoneText)
    {
        if (!ZonePath.TryZone(zoneText, out var zone, out var refusal))
        {
            return refusal;
        }

        using var body = new MemoryStream();
        if (context.Request.ContentLength is null or > MaxBody)
        {
            return Problem.BadRequest("keys are needed", $"a JSON array of at most {RecordDigest.PageLength} texts name/type");
        }

        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        return RegionWire.ReadKeys(body.ToArray()) is { } keys
            ? Results.Bytes(RegionWire.Write(await log.StatesAsync(zone, keys, context.RequestAborted).ConfigureAwait(false)), Json)
            : Problem.BadRequest("these are no keys", $"a JSON array of at most {RecordDigest.PageLength} texts name/type");
    }

    private static void Wake(Hint hint, ZoneName zone, SemaphoreSlim news)
    {
        if (hint.Zone == zone)
        {
            try
            {
                news.Release();
            }
            catch (Exception fault) when (fault is SemaphoreFullException or ObjectDisposedException)
            {
                // Woken already, or gone.
            }
        }
    }
}
