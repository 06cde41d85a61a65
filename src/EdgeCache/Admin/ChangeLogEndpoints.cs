using System.Globalization;
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

    public static void MapChangeLog(this IEndpointRouteBuilder app, AdminParts parts) =>
        app.MapGet("/zones/{zone}/changes", async (HttpContext context, string zone, string? after, CancellationToken cancellation) =>
        {
            if (!ZonePath.TryZone(zone, out var name, out var refusal))
            {
                return refusal;
            }

            var text = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : after ?? "0";
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
            {
                return Problem.BadRequest($"after: '{text}' is not a serial", "a whole number from 0");
            }

            var page = await ChangeLog.EntriesAsync(parts.Store, name, serial, PageLength, cancellation).ConfigureAwait(false);
            if (!page.Exists)
            {
                return Problem.NoSuchZone(zone);
            }

            if (context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            {
                return TypedResults.ServerSentEvents(FollowAsync(parts, name, serial, cancellation));
            }

            return Results.Json(
                new
                {
                    zone = name.Value,
                    epoch = page.Epoch.ToString(),
                    head = page.Head,
                    first = page.First,
                    isTrimmed = serial + 1 < page.First,
                    entries = page.Entries.Select(LogEntryText.ToJson),
                    next = page.Entries.Count == PageLength ? page.Entries[^1].Serial : (long?)null,
                },
                EdgeCacheClient.Json);
        });

    private static async IAsyncEnumerable<SseItem<object>> FollowAsync(
        AdminParts parts, ZoneName zone, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var news = new SemaphoreSlim(0);
        using var hints = parts.Store.Subscribe(hint => Wake(hint, zone, news));
        while (!cancellation.IsCancellationRequested)
        {
            var page = await ChangeLog.EntriesAsync(parts.Store, zone, after, PageLength, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                after = entry.Serial;
                yield return new SseItem<object>(LogEntryText.ToJson(entry), LogEntryText.Kind(entry.Change)) { EventId = $"{entry.Serial}" };
            }

            if (page.Entries.Count == 0)
            {
                await news.WaitAsync(Look, cancellation).ConfigureAwait(false);
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
