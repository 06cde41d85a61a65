namespace EdgeCache.Client.Tests;

/// <summary>The other side of an HttpClient: answers by script and remembers what it was sent.</summary>
internal sealed class RecordingHandler(Func<HttpRequestMessage, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly List<Dictionary<string, string>> _sent = [];

    public int Count => _sent.Count;

    public string? Header(int request, string name) => _sent[request].GetValueOrDefault(name);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _sent.Add(request.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        return Task.FromResult(answer(request, _sent.Count - 1));
    }
}
