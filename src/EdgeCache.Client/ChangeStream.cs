using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace EdgeCache.Client;

/// <summary>One connection to a zone's log as Server-Sent Events. Null from <see cref="NextAsync"/>: it is over, for whatever reason, and can be opened anew. One reader.</summary>
internal sealed class ChangeStream : IAsyncDisposable
{
    /// <summary>The server speaks at least every ten seconds; a stream silent for longer is dead.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop;

    private ChangeStream(HttpResponseMessage response, Stream body, TimeProvider time, CancellationToken cancellation)
    {
        _response = response;
        _time = time;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _items = SseParser.Create(body).EnumerateAsync(_stop.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public static HttpRequestMessage Request(string zone, string? after)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"zones/{Uri.EscapeDataString(zone)}/changes");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (after is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        }

        return request;
    }

    public static async Task<ChangeStream> OpenAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellation) =>
        new(response, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), time, cancellation);

    public async Task<ChangeEvent?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _items.MoveNextAsync().AsTask().WaitAsync(SilenceLimit, _time, cancellation).ConfigureAwait(false))
            {
                if (_items.Current is { EventId: { Length: > 0 } id } item)
                {
                    return Read(item, id);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or TimeoutException)
        {
            return null;
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _response.Dispose(); // The read under way, if there is one, ends with it.
        _stop.Dispose();
    }

    private static ChangeEvent Read(SseItem<string> item, string id)
    {
        using var json = JsonDocument.Parse(item.Data);
        var root = json.RootElement;
        return new ChangeEvent
        {
            Id = id,
            Kind = item.EventType,
            Change = root.TryGetProperty("change", out var change) ? change.GetString() : null,
            WriterId = root.TryGetProperty("writerId", out var writer) ? writer.GetString() : null,
            CommittedAt = root.TryGetProperty("committedAt", out var at) ? at.GetInt64() : null,
            What = root.TryGetProperty("what", out var what) ? what.Clone() : default,
        };
    }
}
