using EdgeCache.Http.Tests.Proxy;
using Xunit;

namespace EdgeCache.Http.Tests.Fetching;

public sealed class FillJudgeTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"1\"", "2")]
    [InlineData("\"2\"", "1")]
    public async Task NotModified_ThatNamesAnotherTag_RenewsTheLifetime_AndChangesNothingElse(string tag, string shown)
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(exchange.Field("If-None-Match") is null
            ? "HTTP/1.1 200 OK\r\nCache-Control: max-age=60, no-cache\r\nETag: \"1\"\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok"
            : $"HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\nETag: {tag}\r\nX-A: 2\r\n\r\n"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        foreach (var isHit in (bool[])[false, true])
        {
            var answer = await edge.RawAsync(Get, Cancel);

            Assert.EndsWith("\r\n\r\nok", answer);
            Assert.Contains("\r\nETag: \"1\"\r\n", answer);
            Assert.Contains($"\r\nX-A: {shown}\r\n", answer);
            Assert.Equal(isHit, answer.Contains("; hit", StringComparison.Ordinal));
        }
    }
}
