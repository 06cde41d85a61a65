using EdgeCache.Zones.Log;
using EdgeCache.Zones.Writing;
using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>Scenarios of the rules of the propagation plane that are about fills and floors, at a running edge.</summary>
public sealed class PlaneRulesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>PLANE.md 10: two changes in one second, and the validator is a date: an application that says "not modified" to it may mean the first.</summary>
    [Fact]
    public async Task TwoChangesInOneSecond_BelowAFloor_AreNotSettledByADate()
    {
        var version = 1;
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(exchange.Field("If-Modified-Since") is null
            ? $"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nCache-Control: max-age=600\r\n\r\n{version}"
            : "HTTP/1.1 304 Not Modified\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nCache-Control: max-age=600\r\n\r\n"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        Assert.EndsWith("\r\n\r\n1", await edge.RawAsync(Get("a"), Cancel));
        version = 2;
        Raise(edge, SelectorKind.All, "", PurgeMode.Soft);

        Assert.EndsWith("\r\n\r\n2", await edge.RawAsync(Get("a"), Cancel));
    }

    /// <summary>PLANE.md 14: an app on host A invalidates a group that host B has, too.</summary>
    [Fact]
    public async Task Group_InvalidatedByOneHost_IsNoOtherHosts()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(exchange.Request.StartsWith("POST", StringComparison.Ordinal)
            ? "HTTP/1.1 204 No Content\r\nCache-Group-Invalidation: \"g\"\r\n\r\n"
            : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=600\r\nCache-Groups: \"g\"\r\n\r\nok"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        foreach (var host in new[] { "a", "b" })
        {
            await edge.RawAsync(Get(host), Cancel);
            Assert.Contains("; hit", await edge.RawAsync(Get(host), Cancel));
        }

        Assert.StartsWith("HTTP/1.1 204 ", await edge.RawAsync("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Cancel));

        Assert.Contains("; hit", await edge.RawAsync(Get("b"), Cancel));
        Assert.DoesNotContain("; hit", await edge.RawAsync(Get("a"), Cancel));
    }

    /// <summary>PLANE.md 16: what a client is given in a failure, by the kind of the purge.</summary>
    [Theory]
    [InlineData(PurgeMode.Soft, "HTTP/1.1 200 ")]
    [InlineData(PurgeMode.Hard, "HTTP/1.1 502 ")]
    public async Task ApplicationFailsBelowAFloor_OnlyASoftOneLeavesTheOldAnswer(PurgeMode mode, string status)
    {
        var fails = false;
        await using var origin = new RawOrigin(async exchange =>
        {
            if (fails)
            {
                exchange.Reset();
                return;
            }

            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=600, stale-if-error=600\r\nETag: \"1\"\r\n\r\nok");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get("a"), Cancel);
        fails = true;
        Raise(edge, SelectorKind.All, "", mode);

        Assert.StartsWith(status, await edge.RawAsync(Get("a"), Cancel));
    }

    /// <summary>PLANE.md 17: a purge of a URL without a query covers all its queries; one with a query that one.</summary>
    [Theory]
    [InlineData("http://a/x", false, false)]
    [InlineData("http://a/x?q=1", false, true)]
    public async Task UrlPurged_CoversItsQueriesWhenItNamesNone(string url, bool hitsOne, bool hitsTwo)
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=600\r\n\r\nok"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        string[] queries = ["?q=1", "?q=2"];
        foreach (var query in queries)
        {
            await edge.RawAsync(Get("a", query), Cancel);
            Assert.Contains("; hit", await edge.RawAsync(Get("a", query), Cancel));
        }

        Raise(edge, SelectorKind.Url, url, PurgeMode.Hard);
        Assert.Equal(hitsOne, (await edge.RawAsync(Get("a", queries[0]), Cancel)).Contains("; hit", StringComparison.Ordinal));
        Assert.Equal(hitsTwo, (await edge.RawAsync(Get("a", queries[1]), Cancel)).Contains("; hit", StringComparison.Ordinal));
    }

    private static string Get(string host, string query = "") => $"GET /x{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

    private static void Raise(EdgeBench edge, SelectorKind kind, string selects, PurgeMode mode)
    {
        Assert.True(Selectors.TryMake(kind, selects, null, out var selector, out var error), error);
        edge.Follower.Zones.ForHost("a").Floors.Raise([selector], mode);
    }
}
