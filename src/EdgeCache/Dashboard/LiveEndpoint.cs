using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EdgeCache.Admin;
using EdgeCache.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Dashboard;

/// <summary><c>GET /live</c>: what the dashboard shows, as Server-Sent Events: <c>hello</c> with the history, then <c>state</c>, <c>change</c> and <c>sample</c> as they come.</summary>
internal static class LiveEndpoint
{
    /// <summary>Most who watch at once.</summary>
    public const int MaxWatchers = 50;

    public static void MapLive(this IEndpointRouteBuilder app, LiveFeed feed) =>
        app.MapGet("/live", (HttpContext context, CancellationToken cancellation) =>
        {
            if (!feed.TryEnter(MaxWatchers))
            {
                context.Response.Headers.RetryAfter = "5";
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "too many watch already", null, $"at most {MaxWatchers} at once");
            }

            context.Response.OnCompleted(() =>
            {
                feed.Leave();
                return Task.CompletedTask;
            });
            return TypedResults.ServerSentEvents(WatchAsync(feed, cancellation));
        }).ExcludeFromDescription();

    private static async IAsyncEnumerable<SseItem<JsonElement>> WatchAsync(LiveFeed feed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pulse = feed.Pulse;
        if (feed.State is null)
        {
            await pulse.WaitAsync(cancellation).ConfigureAwait(false);
        }

        var (rows, revision) = feed.Board.Since(0);
        var sample = feed.Sample;
        yield return Item("hello", new { state = feed.State, changes = rows, samples = feed.History.All });
        while (true)
        {
            pulse = feed.Pulse;
            await pulse.WaitAsync(cancellation).ConfigureAwait(false);
            yield return Item("state", feed.State!); // Read before the first pulse.
            (rows, revision) = feed.Board.Since(revision);
            foreach (var row in rows)
            {
                yield return Item("change", row);
            }

            if (feed.Sample is { } next && next != sample)
            {
                sample = next;
                yield return Item("sample", next);
            }
        }
    }

    private static SseItem<JsonElement> Item(string kind, object data) => new(JsonSerializer.SerializeToElement(data, data.GetType(), EdgeCacheClient.Json), kind);
}
