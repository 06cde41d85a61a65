using EdgeCache.Http.Tests.Proxy;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Http.Tests.Fetching;

/// <summary>PLANE.md 9: a tag is known only when the head of a fill is there. Who came after it was purged has joined the fill by then, and must not get its answer.</summary>
public sealed class FillAnswersTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private readonly TaskCompletionSource _mayAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TagPurgedDuringAFill_WhoCameAfterGetsTheNextOne_WhileTheFirstStillStreams()
    {
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            const string head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nCache-Tag: t\r\nTransfer-Encoding: chunked\r\n\r\n";
            if (Interlocked.Increment(ref count) > 1)
            {
                await exchange.SendAsync(head + "5\r\nafter\r\n0\r\n\r\n");
                return;
            }

            await _mayAnswer.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync(head + "6\r\nbefore\r\n");
            await _mayEnd.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync("0\r\n\r\n");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var first = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await first.SendAsync(Get, Cancel);
        await UntilAsync(() => origin.Requests.Count == 1);
        var later = await JoinAfterPurgeAsync(edge);

        _mayAnswer.SetResult();

        Assert.Contains("after", await later, StringComparison.Ordinal);
        Assert.True(await first.ReadUntilAsync("before", Cancel));
        _mayEnd.SetResult();
        Assert.EndsWith("0\r\n\r\n", await first.ReadToEndAsync(Cancel));
        Assert.EndsWith("\r\n\r\nafter", await edge.RawAsync(Get, Cancel));
        Assert.Equal(2, origin.Requests.Count);
    }

    [Fact]
    public async Task TagPurgedDuringAValidation_WhoCameAfterIsNotGivenWhatIt304Confirmed()
    {
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            var mine = Interlocked.Increment(ref count);
            if (mine == 2)
            {
                Assert.NotNull(exchange.Field("If-None-Match"));
                await _mayAnswer.Task.WaitAsync(exchange.Stop);
            }

            await exchange.SendAsync(mine == 2
                ? "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: no-cache\r\nCache-Tag: t\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\nETag: \"v{mine}\"\r\nCache-Control: no-cache\r\nCache-Tag: t\r\nContent-Length: 1\r\n\r\n{mine}");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        Assert.EndsWith("\r\n\r\n1", await edge.RawAsync(Get, Cancel));
        var before = edge.RawAsync(Get, Cancel);
        await UntilAsync(() => origin.Requests.Count == 2);
        var later = await JoinAfterPurgeAsync(edge);

        _mayAnswer.SetResult();

        Assert.EndsWith("\r\n\r\n3", await later);
        Assert.EndsWith("\r\n\r\n1", await before);
        Assert.Equal(3, origin.Requests.Count);
    }

    /// <summary>What a level waits for is known only afterwards: a purge that came with it counts, though it was applied after the request had arrived.</summary>
    [Fact]
    public async Task TagPurgedWhileALevelWaits_IsNotGivenWhatWasAskedForBefore()
    {
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            var mine = Interlocked.Increment(ref count);
            if (mine == 1)
            {
                await _mayAnswer.Task.WaitAsync(exchange.Stop);
            }

            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nCache-Tag: t\r\nContent-Length: 1\r\n\r\n{mine}");
        });
        await using var edge = await EdgeBench.StartAsync(
            origin.Uri, cancellation: Cancel, follow: f => new PurgedWhileWaiting(f, () => f.Zones.ForHost("log.test").Floors.Raise([new Selector(SelectorKind.Tag, "t")], PurgeMode.Hard)));
        var get = Get.Replace("Host: a", "Host: log.test", StringComparison.Ordinal);
        var before = edge.RawAsync(get, Cancel);
        await UntilAsync(() => origin.Requests.Count == 1);
        var collapsed = edge.Counters.Collapsed;
        var later = edge.RawAsync(get.Replace("Connection:", "Edge-Consistency: bounded;t=0\r\nConnection:", StringComparison.Ordinal), Cancel);
        await UntilAsync(() => edge.Counters.Collapsed > collapsed || origin.Requests.Count == 2);

        _mayAnswer.SetResult();

        Assert.EndsWith("\r\n\r\n2", await later);
        Assert.EndsWith("\r\n\r\n1", await before);
    }

    /// <summary>Purges the tag, then asks; returns when that request waits for the fill under way.</summary>
    private static async Task<Task<string>> JoinAfterPurgeAsync(EdgeBench edge)
    {
        edge.Follower.Zones.ForHost("a").Floors.Raise([new Selector(SelectorKind.Tag, "t")], PurgeMode.Hard);
        var collapsed = edge.Counters.Collapsed;
        var later = edge.RawAsync(Get, Cancel);
        await UntilAsync(() => edge.Counters.Collapsed > collapsed);
        return later;
    }

    private sealed class PurgedWhileWaiting(IFollower inner, Action purge) : IFollower
    {
        public ZoneMap Zones => inner.Zones;

        public PlaneHealth HealthOf(ZoneState zone, long timestamp) => inner.HealthOf(zone, timestamp);

        public ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation)
        {
            purge();
            return inner.AwaitFreshAsync(zone, limit, cancellation);
        }

        public ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation) => inner.AwaitPositionAsync(position, limit, cancellation);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < EdgeBench.Patience);
            await Task.Delay(5, Cancel);
        }
    }
}
