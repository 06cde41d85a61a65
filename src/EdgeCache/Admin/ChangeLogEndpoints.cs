using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using EdgeCache.Client;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>GET /zones/{zone}/changes</c>: the log as pages, or as Server-Sent Events that resume by <c>Last-Event-ID</c>.</summary>
internal static class ChangeLogEndpoints
{
    private const int PageLength = 200;

    /// <summary>How long a quiet stream waits for a hint before it looks by itself.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>A quiet stream says something at least so often, so that its reader can tell quiet from dead.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static void MapChangeLog(this IEndpointRouteBuilder app, AdminParts parts) =>
        app.MapGet("/zones/{zone}/changes", async (HttpContext context, string zone, string? after, CancellationToken cancellation) =>
        {
            if (!ZonePath.TryZone(zone, out var name, out var refusal))
            {
                return refusal;
            }

            var text = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : after ?? "0";
            if (!LogPlace.TryParse(text, out var place))
            {
                return Problem.BadRequest($"after: '{text}' is not a place in a log", "a whole number from 0, or epoch:serial as an event's id has it");
            }

            var page = await ChangeLog.EntriesAsync(parts.Store, name, place.Serial, PageLength, cancellation).ConfigureAwait(false);
            if (!page.Exists)
            {
                return await Absence.ExplainAsync(parts.Store, name, cancellation).ConfigureAwait(false) ?? Problem.NoSuchZone(zone);
            }

            return context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)
                ? TypedResults.ServerSentEvents(FollowAsync(parts, name, place, cancellation))
                : Results.Json(Page(page, place), EdgeCacheClient.Json);
        });

    private static object Page(ZoneRead page, LogPlace place) => new
    {
        zone = page.Zone.Value,
        epoch = page.Epoch.ToString(),
        head = page.Head,
        first = page.First,
        isTrimmed = place.Serial + 1 < page.First,
        entries = page.Entries.Select(LogEntryText.ToJson),
        next = page.Entries.Count == PageLength ? page.Entries[^1].Serial : (long?)null,
    };

    private static async IAsyncEnumerable<SseItem<object>> FollowAsync(
        AdminParts parts, ZoneName zone, LogPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var news = new SemaphoreSlim(0);
        using var hints = parts.Store.Subscribe(hint => Wake(hint, zone, news));
        var spoke = parts.Time.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            var page = await ChangeLog.EntriesAsync(parts.Store, zone, after.Serial, PageLength, cancellation).ConfigureAwait(false);
            if (after.LosesTo(page) is { } reason)
            {
                // What lies between is not there any more; it is said, and the log goes on from its oldest entry.
                after = new LogPlace(page.Epoch, page.First - 1);
                yield return new SseItem<object>(new { reason, zone = zone.Value, epoch = page.Epoch.ToString(), first = page.First }, "reset") { EventId = after.ToString() };
                continue;
            }

            after = after with { Epoch = page.Exists ? page.Epoch : after.Epoch };
            foreach (var entry in page.Entries)
            {
                (after, spoke) = (after with { Serial = entry.Serial }, parts.Time.GetTimestamp());
                yield return new SseItem<object>(LogEntryText.ToJson(entry), LogEntryText.Kind(entry.Change)) { EventId = after.ToString() };
            }

            if (page.Entries.Count == 0 && !await news.WaitAsync(Look, cancellation).ConfigureAwait(false) && parts.Time.GetElapsedTime(spoke) >= Heartbeat)
            {
                spoke = parts.Time.GetTimestamp();
                yield return new SseItem<object>(new { head = page.Head }, "heartbeat");
            }
        }
    }

    private static void Wake(Hint hint, ZoneName zone, SemaphoreSlim news)
    {
        if (hint.Zone == zone && news.CurrentCount == 0)
        {
            news.Release();
        }
    }
}
