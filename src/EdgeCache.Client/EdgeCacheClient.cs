using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCache.Client.Model;

namespace EdgeCache.Client;

/// <summary>
/// The admin API for applications that publish and purge. The <see cref="HttpClient"/> carries the base address and, where one is set, the token.
/// Thread-safe. A refused call and an unreachable server are <see cref="EdgeCacheException"/>s.
/// </summary>
public sealed partial class EdgeCacheClient
{
    /// <summary>How the API writes JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Answers are application/json, never a part of a page.
    };

    /// <summary>Carries the writer's id of a write: the same id again is the same write.</summary>
    internal const string ChangeHeader = "Edge-Change";

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Makes a client on <paramref name="http"/>, which it does not own.</summary>
    public EdgeCacheClient(HttpClient http, TimeProvider? time = null)
    {
        _http = http;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Raises floors over what <paramref name="purge"/> selects, on every node. <paramref name="changeId"/>: the writer's id; one is made when none is given.</summary>
    public Task<ChangeReceipts> PurgeAsync(PurgeDocument purge, string? changeId = null, CancellationToken cancellation = default) =>
        SendAsync<ChangeReceipts>(HttpMethod.Post, "purge", JsonContent.Create(purge, options: Json), cancellation, changeId ?? NewChangeId());

    /// <summary>Raises the floor of one tag in every zone: <c>await edge.PurgeTagAsync("product-42")</c>.</summary>
    public Task<ChangeReceipts> PurgeTagAsync(string tag, CancellationToken cancellation = default) => PurgeTagsAsync([tag], cancellation);

    /// <summary>Raises the floors of several tags in every zone, in one change for each.</summary>
    public Task<ChangeReceipts> PurgeTagsAsync(IEnumerable<string> tags, CancellationToken cancellation = default) =>
        PurgeAsync(new PurgeDocument { Select = [.. tags.Select(t => new SelectorDocument { Tag = t })] }, null, cancellation);

    /// <summary>Raises the floor of one URL; without a query it covers all queries.</summary>
    public Task<ChangeReceipts> PurgeUrlAsync(string url, CancellationToken cancellation = default) =>
        PurgeAsync(new PurgeDocument { Select = [new SelectorDocument { Url = url }] }, null, cancellation);

    /// <summary>Changes of one zone that become visible together, or not at all.</summary>
    public Task<BatchResult> BatchAsync(string zone, BatchDocument batch, string? changeId = null, CancellationToken cancellation = default) =>
        SendAsync<BatchResult>(HttpMethod.Post, $"zones/{Uri.EscapeDataString(zone)}/batch", JsonContent.Create(batch, options: Json), cancellation, changeId ?? NewChangeId());

    /// <summary>How far a change has come.</summary>
    public Task<ChangeDocument> FindChangeAsync(string change, CancellationToken cancellation = default) =>
        SendAsync<ChangeDocument>(HttpMethod.Get, $"changes/{Uri.EscapeDataString(change)}", null, cancellation);

    /// <summary>The nodes that reported lately.</summary>
    public Task<NodeList> NodesAsync(CancellationToken cancellation = default) => SendAsync<NodeList>(HttpMethod.Get, "nodes", null, cancellation);

    /// <summary>Why a URL is answered as it is: rule, key, variant, version, floors.</summary>
    public Task<JsonElement> ExplainUrlAsync(string url, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, $"explain?url={Uri.EscapeDataString(url)}", null, cancellation);

    /// <summary>Why a name is answered as it is: zone, record, version, where the log stands.</summary>
    public Task<JsonElement> ExplainNameAsync(string name, string type = "A", CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, $"explain?name={Uri.EscapeDataString(name)}&type={Uri.EscapeDataString(type)}", null, cancellation);

    /// <summary>Asks <c>/health/ready</c>; the text says what is not.</summary>
    public async Task<(bool IsReady, string Text)> HealthAsync(CancellationToken cancellation = default)
    {
        using var response = await ExchangeAsync(new HttpRequestMessage(HttpMethod.Get, "health/ready"), cancellation).ConfigureAwait(false);
        var isReady = response.StatusCode == HttpStatusCode.OK;
        if (!isReady && response.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            await RefuseAsync(response, cancellation).ConfigureAwait(false);
        }

        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return !isReady || text.StartsWith("ready", StringComparison.Ordinal)
            ? (isReady, text)
            : throw new EdgeCacheException($"{_http.BaseAddress} answers something else than an EdgeCache admin listener");
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation, string? changeId = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        Add(request, ChangeHeader, changeId);
        using var response = await ExchangeAsync(request, cancellation).ConfigureAwait(false);
        await RefuseAsync(response, cancellation).ConfigureAwait(false);
        try
        {
            return (await response.Content.ReadFromJsonAsync<T>(Json, cancellation).ConfigureAwait(false))!; // The API never answers a literal null.
        }
        catch (Exception fault) when (fault is JsonException or HttpRequestException or IOException)
        {
            throw new EdgeCacheException($"{_http.BaseAddress} answers something else than an EdgeCache admin listener, or broke off ({fault.Message})", fault);
        }
    }

    private Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellation) => ExchangeAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, HttpCompletionOption until, CancellationToken cancellation)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        try
        {
            return await _http.SendAsync(request, until, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException fault) when (fault.InnerException is IOException && request.Method != HttpMethod.Get)
        {
            throw new EdgeCacheException($"{_http.BaseAddress} broke off before it answered; what was asked for may have been done", fault);
        }
        catch (HttpRequestException fault)
        {
            throw new EdgeCacheException($"{_http.BaseAddress} does not answer ({fault.Message})", fault);
        }
    }

    /// <summary>Unique for each write, kept over its retries.</summary>
    private static string NewChangeId() => Guid.NewGuid().ToString("N");

    private static async Task RefuseAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        ProblemDocument? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json")
        {
            problem = await response.Content.ReadFromJsonAsync<ProblemDocument>(Json, cancellation).ConfigureAwait(false);
        }

        throw new EdgeCacheException(problem ?? new ProblemDocument
        {
            Status = (int)response.StatusCode,
            Title = response.StatusCode == HttpStatusCode.NotFound ? "this server has no such call; is it an EdgeCache admin listener?" : $"answered {(int)response.StatusCode}",
        });
    }
}
