using EdgeCache.Http.Tests.Proxy;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.Explaining;

public sealed class UrlExplainerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("max-age=60", "serve", "fresh", 200)]
    [InlineData("max-age=60, no-cache", "validate", "no-cache", 200)]
    [InlineData("no-store", "bypass", "hit-for-pass", 0)]
    public async Task Url_ThatWasAskedFor_IsExplainedAsItWouldBeAnswered(string control, string action, string reason, int status)
    {
        await using var origin = new RawOrigin($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: \"a\"\r\nCache-Control: {control}\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);

        var explained = edge.Services.ExplainUrl("http://a/x", out var error);

        Assert.Null(error);
        Assert.Equal((action, reason), (explained?.Action, explained?.Reason));
        Assert.Equal(status, Assert.Single(explained!.Variants).Status); // Asserted above.
    }

    [Fact]
    public async Task Url_ThatIsPossiblyOld_IsSaidToBe()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, o => o.ValidationRate = 1, new FakeTimeProvider(), cancellation: Cancel);
        await edge.RawAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);
        edge.Follower.ReadAnew(edge.Follower.Zones.ForHost("a"), 0, TimeSpan.FromHours(1));

        var explained = edge.Services.ExplainUrl("http://a/x", out _);

        Assert.Equal(("serve", "possibly-old", "possibly-old"), (explained?.Action, explained?.Reason, explained?.Variants.Single().Floor));
    }

    [Fact]
    public async Task Url_ThatNobodyAskedFor_IsFetched()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var explained = edge.Services.ExplainUrl("http://a/x", out _);

        Assert.Equal(("fetch", "uri-miss"), (explained?.Action, explained?.Reason));
        Assert.Null(edge.Services.ExplainUrl("ftp://a/x", out var error));
        Assert.NotNull(error);
    }
}
