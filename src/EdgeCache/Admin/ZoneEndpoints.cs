using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary>Zones with their policies.</summary>
internal static class ZoneEndpoints
{
    public static void MapZones(this IEndpointRouteBuilder app, AdminParts parts)
    {
        app.MapGet("/zones", async (CancellationToken cancellation) =>
        {
            var directory = await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
            return Results.Json(
                new ZoneList { Zones = [.. directory.Zones.OrderBy(z => z.Zone.Value, StringComparer.Ordinal).Select(z => ZoneText.ToDocument(z, null))], LongestBatch = parts.Store.LongestBatch },
                EdgeCacheClient.Json);
        });
        app.MapGet("/zones/{zone}", (string zone, CancellationToken cancellation) => GetAsync(parts, zone, cancellation));
        app.MapPut("/zones/{zone}", (string zone, ZoneDocument? document, CancellationToken cancellation) => PutAsync(parts, zone, document, cancellation));
        app.MapDelete("/zones/{zone}", (string zone, CancellationToken cancellation) => DeleteAsync(parts, zone, cancellation));
        app.MapDelete("/zones/{zone}/regions", (string zone, string region, CancellationToken cancellation) => ForgetAsync(parts, zone, region, cancellation));
        app.MapPost("/zones/{zone}/restore", (string zone, CancellationToken cancellation) => RestoreAsync(parts, zone, cancellation));
    }

    private static async Task<IResult> GetAsync(AdminParts parts, string text, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(text, out var zone, out var refusal))
        {
            return refusal;
        }

        if ((await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Find(zone) is not { } definition)
        {
            return Problem.NoSuchZone(text);
        }

        var read = await ChangeLog.HeadAsync(parts.Store, zone, cancellation).ConfigureAwait(false);
        var document = ZoneText.ToDocument(definition, read.Exists ? new(zone, read.Epoch, read.Head) : null);
        return Results.Json(
            read.Peers.Count == 0 ? document : document with { Regions = [.. read.Peers.Select(p => new ZoneRegion { Region = p.Region, TakenTo = $"{p.Epoch}:{p.Serial}", KnowsUntil = p.Through })] },
            EdgeCacheClient.Json);
    }

    private static async Task<IResult> PutAsync(AdminParts parts, string text, ZoneDocument? document, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(text, out var zone, out var refusal))
        {
            return refusal;
        }

        var directory = await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
        var old = directory.Find(zone);
        if (!ZoneText.TryPolicy(document ?? new ZoneDocument(), ZonePolicy.Standard, out var policy, out var what, out var allowed))
        {
            return Problem.BadRequest(what, allowed);
        }

        if (directory.Zones.FirstOrDefault(z => z.Zone != zone && z.Policy.Hosts.Intersect(policy.Hosts).Any()) is { } other)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"{other.Policy.Hosts.Intersect(policy.Hosts).First()} belongs to zone {other.Zone} already");
        }

        await parts.Store.PutZoneAsync(new ZoneDefinition(zone, policy) { FirstSoaSerial = document?.FirstSoaSerial is > 0 and var first ? first : null }, cancellation).ConfigureAwait(false);
        return Results.Json(
            ZoneText.ToDocument(new ZoneDefinition(zone, policy), null),
            EdgeCacheClient.Json,
            statusCode: old is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(AdminParts parts, string text, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(text, out var zone, out var refusal))
        {
            return refusal;
        }

        if (zone == ZoneName.Default)
        {
            return Problem.Of(StatusCodes.Status409Conflict, "the zone 'default' always exists");
        }

        if ((await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Find(zone) is null)
        {
            return Problem.NoSuchZone(text);
        }

        await RemovedZones.NoteAsync(parts.Store, zone, cancellation).ConfigureAwait(false);
        return await parts.Store.DeleteZoneAsync(zone, cancellation).ConfigureAwait(false) ? Results.NoContent() : Problem.NoSuchZone(text);
    }

    private static async Task<IResult> ForgetAsync(AdminParts parts, string text, string region, CancellationToken cancellation) =>
        !ZonePath.TryZone(text, out var zone, out var refusal) ? refusal
        : await parts.Store.ForgetPeerAsync(zone, region, cancellation).ConfigureAwait(false) ? Results.NoContent()
        : Problem.NotFound($"{zone} takes entries from no region '{region}'");

    private static async Task<IResult> RestoreAsync(AdminParts parts, string text, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(text, out var zone, out var refusal))
        {
            return refusal;
        }

        if ((await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Find(zone) is null)
        {
            return Problem.Of(
                StatusCodes.Status404NotFound,
                $"there is no zone '{text}'",
                "the store has none of that name and no running node remembers one, so there is no policy to bring back",
                $"'zone put {text}' makes it anew, with the policy given there");
        }

        // The store may have lost what this node still shows.
        var seen = parts.Insight.Follower?.Zones.Find(zone)?.View.SoaSerial ?? 0;
        var epoch = await parts.Store.OpenEpochAsync(zone, seen, cancellation).ConfigureAwait(false);
        return Results.Json(new { zone = zone.Value, epoch = epoch.ToString() }, EdgeCacheClient.Json);
    }
}
