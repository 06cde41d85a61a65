using EdgeCache.Zones.Log;
using EdgeCache.Zones.Writing;
using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>What a purge reaches, and what is left of it.</summary>
public sealed class PurgeReachTests
{
    private const string Get = "GET /shop/x HTTP/1.1\r\nHost: a.test:8080\r\nConnection: close\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SelectorKind.Host, "a.test")]
    [InlineData(SelectorKind.Host, "A.test:8080")]
    [InlineData(SelectorKind.Prefix, "/shop")]
    [InlineData(SelectorKind.Prefix, "a.test/shop")]
    [InlineData(SelectorKind.Prefix, "http://a.test:8080/shop")]
    [InlineData(SelectorKind.Url, "http://a.test:8080/shop/x")]
    [InlineData(SelectorKind.Tag, "shop")]
    [InlineData(SelectorKind.All, "")]
    public async Task HardPurge_FreesTheBytes_AndTheAnswerIsFetchedInFull(SelectorKind kind, string selects)
    {
        await using var origin = Origin();
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);
        Assert.Contains("; hit", await edge.RawAsync(Get, Cancel));
        Assert.NotEqual(0, edge.Counters.Bytes);

        Purge(edge, kind, selects, PurgeMode.Hard);

        await UntilAsync(() => edge.Counters is { Bytes: 0, Entries: 0, PurgedEntries: 1, PurgedBytes: > 30_000 });
        Assert.DoesNotContain("; hit", await edge.RawAsync(Get, Cancel));
        Assert.DoesNotContain("If-None-Match", origin.Requests[^1]);
    }

    [Theory]
    [InlineData(SelectorKind.Host, "other.test")]
    [InlineData(SelectorKind.Prefix, "/sho/")]
    [InlineData(SelectorKind.Prefix, "other.test/shop")]
    [InlineData(SelectorKind.Url, "http://a.test/shop/x")]
    public async Task Purge_OfSomethingElse_LeavesIt(SelectorKind kind, string selects)
    {
        await using var origin = Origin();
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        Purge(edge, kind, selects, PurgeMode.Hard);

        Assert.Contains("; hit", await edge.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task SoftPurge_OfAll_ValidatesEachOnce_AndKeepsTheBytes()
    {
        await using var origin = Origin();
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        Purge(edge, SelectorKind.All, "", PurgeMode.Soft);

        Assert.Contains("fwd=stale; fwd-status=304; detail=purged-soft", await edge.RawAsync(Get, Cancel));
        Assert.Contains("; hit", await edge.RawAsync(Get, Cancel));
        Assert.Equal(1, edge.Counters.Entries);
    }

    /// <summary>Before the bytes are freed, too: a validator of what must not be served again proves nothing.</summary>
    [Fact]
    public async Task HardPurge_IsFetchedInFull_AtOnce()
    {
        await using var origin = Origin();
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        Purge(edge, SelectorKind.All, "", PurgeMode.Hard);
        await edge.RawAsync(Get, Cancel);

        Assert.DoesNotContain("If-None-Match", origin.Requests[^1]);
    }

    private static RawOrigin Origin() => new(exchange => exchange.SendAsync(
        exchange.Field("If-None-Match") is null
            ? $"HTTP/1.1 200 OK\r\nContent-Length: 30000\r\nETag: \"1\"\r\nCache-Control: max-age=600\r\nCache-Tag: shop\r\n\r\n{new string('x', 30_000)}"
            : "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=600\r\n\r\n"));

    private static void Purge(EdgeBench edge, SelectorKind kind, string selects, PurgeMode mode)
    {
        Assert.True(Selectors.TryMake(kind, selects, null, out var selector, out var error), error);
        edge.Follower.Zones.ForHost("a.test").Floors.Raise([selector], mode);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < EdgeBench.Patience);
            await Task.Delay(10, Cancel);
        }
    }
}
