using System.Net.Http.Json;
using EdgeCache.Load.Running;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Topology;

/// <summary>Tells an <c>edgecache origin</c> of new versions through its admin API: a purge by tag, or a published record.</summary>
internal sealed class EdgeCachePublisher(int adminPort, TimeSpan ttl) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
        BaseAddress = new Uri($"http://127.0.0.1:{adminPort}"),
    };

    /// <summary>Makes a zone with the defaults.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public async Task CreateZoneAsync(string zone, CancellationToken cancellation)
    {
        using var response = await _client.PutAsJsonAsync($"/zones/{zone}", new { }, cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Purges the tag of a key.</summary>
    public Task<PublishOutcome> PurgeAsync(int key, string? session, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "/purge", JsonContent.Create(new { zone = "default", select = new[] { new { tag = $"k-{key}" } } }), session, cancellation);

    /// <summary>Publishes the version as a TXT record.</summary>
    public Task<PublishOutcome> PublishAsync(string zone, int key, long version, string? session, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, $"/zones/{zone}/records/k{key}/TXT", new StringContent($"\"{version}\""), session, cancellation);

    /// <summary>Publishes a document.</summary>
    public Task<PublishOutcome> PublishDocumentAsync(string zone, string name, string value, string? session, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, $"/zones/{zone}/records/{name}/DOC", new StringContent(value), session, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<PublishOutcome> SendAsync(HttpMethod method, string path, HttpContent content, string? session, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            request.Headers.TryAddWithoutValidation("Cache-Control", $"max-age={(long)ttl.TotalSeconds}");
            if (session is not null)
            {
                request.Headers.TryAddWithoutValidation(HttpTarget.SessionHeader, session);
            }

            using var response = await _client.SendAsync(request, cancellation);
            return response.IsSuccessStatusCode
                ? new PublishOutcome(null, response.Headers.TryGetValues(HttpTarget.SessionHeader, out var tokens) ? tokens.FirstOrDefault() : null)
                : new PublishOutcome($"status-{(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return new PublishOutcome("unreachable");
        }
    }
}
