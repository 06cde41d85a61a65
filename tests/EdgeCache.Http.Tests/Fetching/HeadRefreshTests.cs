using EdgeCache.Http.Tests.Proxy;
using Xunit;

namespace EdgeCache.Http.Tests.Fetching;

public sealed class HeadRefreshTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ETag: \"1\"\r\nContent-Length: 2\r\nX-New: 2\r\n", 1)]
    [InlineData("ETag: \"2\"\r\nContent-Length: 2\r\n", 2)]
    [InlineData("ETag: \"1\"\r\nContent-Length: 3\r\n", 2)]
    public async Task Head_OfAStaleResponse_RefreshesItOrLetsItGo(string head, int gets)
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(exchange.Request.StartsWith("HEAD", StringComparison.Ordinal)
            ? $"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n{head}\r\n"
            : "HTTP/1.1 200 OK\r\nCache-Control: max-age=60, no-cache\r\nETag: \"1\"\r\nContent-Length: 2\r\n\r\nok"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);
        await edge.RawAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);

        var answer = await edge.RawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);

        Assert.EndsWith("\r\n\r\nok", answer);
        Assert.Equal(gets, origin.Requests.Count(r => r.StartsWith("GET", StringComparison.Ordinal)));
        Assert.Equal(gets == 1, answer.Contains("X-New: 2", StringComparison.Ordinal) && answer.Contains("; hit", StringComparison.Ordinal));
    }
}
