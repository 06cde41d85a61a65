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

    private readonly HttpClient _http;

    /// <summary>Makes a client on <paramref name="http"/>, which it does not own.</summary>
    public EdgeCacheClient(HttpClient http) => _http = http;

    /// <summary>Raises floors over what <paramref name="purge"/> selects, on every node.</summary>
    public Task<ChangeReceipts> PurgeAsync(PurgeDocument purge, CancellationToken cancellation) =>
        SendAsync<ChangeReceipts>(HttpMethod.Post, "purge", JsonContent.Create(purge, options: Json), cancellation);

    /// <summary>Raises the floor of one tag in every zone.</summary>
    public Task<ChangeReceipts> PurgeTagAsync(string tag, CancellationToken cancellation) =>
        PurgeAsync(new PurgeDocument { Select = [new SelectorDocument { Tag = tag }] }, cancellation);

    /// <summary>How far a change has come.</summary>
    public Task<ChangeDocument> FindChangeAsync(string change, CancellationToken cancellation) =>
        SendAsync<ChangeDocument>(HttpMethod.Get, $"changes/{Uri.EscapeDataString(change)}", null, cancellation);

    /// <summary>Waits until <paramref name="target"/> (<c>all</c>, <c>quorum</c> or a node) has applied a change, at most <paramref name="timeout"/>. Not done is an answer, not an error.</summary>
    public Task<ChangeDocument> WaitAsync(string change, string target, TimeSpan timeout, CancellationToken cancellation) =>
        SendAsync<ChangeDocument>(
            HttpMethod.Get,
            $"changes/{Uri.EscapeDataString(change)}/wait?for={Uri.EscapeDataString(target)}&timeout={(long)timeout.TotalMilliseconds}ms",
            null,
            cancellation);

    /// <summary>The nodes that reported lately.</summary>
    public Task<NodeList> NodesAsync(CancellationToken cancellation) => SendAsync<NodeList>(HttpMethod.Get, "nodes", null, cancellation);

    /// <summary>Why a URL or a name is answered as it is, as the server words it.</summary>
    public Task<JsonElement> ExplainAsync(string query, CancellationToken cancellation) =>
        SendAsync<JsonElement>(HttpMethod.Get, $"explain?{query}", null, cancellation);

    /// <summary>Asks <c>/health/ready</c>; the text says what is not.</summary>
    public async Task<(bool IsReady, string Text)> HealthAsync(CancellationToken cancellation)
    {
        using var response = await ExchangeAsync(new HttpRequestMessage(HttpMethod.Get, "health/ready"), cancellation).ConfigureAwait(false);
        return (response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await ExchangeAsync(request, cancellation).ConfigureAwait(false);
        await RefuseAsync(response, cancellation).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellation).ConfigureAwait(false))!; // The API never answers a literal null.
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        try
        {
            return await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException fault)
        {
            throw new EdgeCacheException($"{_http.BaseAddress} does not answer ({fault.Message})", fault);
        }
    }

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
