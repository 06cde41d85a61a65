using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Http.Tests.Proxy;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Http.Tests.Fetching;

public sealed class TierOrDirectTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Tier_ThatCannotBeReached_IsPassed(string method)
    {
        await using var app = new RawOrigin(Ok);
        await using var edge = await StartAsync(Nobody(), app);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync(Ask(method), Cancel));

        Assert.DoesNotContain("Edge-", Assert.Single(app.Requests));
        Assert.Equal(1, edge.Counters.TierFallbacks);
    }

    [Fact]
    public async Task Answer_PastTheTier_IsStoredAsFreshAsWithoutATier()
    {
        await using var app = new RawOrigin(Ok);
        await using var edge = await StartAsync(Nobody(), app);

        await edge.RawAsync(Ask(), Cancel);

        Assert.Contains("; hit", await edge.RawAsync(Ask(), Cancel));
        Assert.Single(app.Requests);
    }

    [Fact]
    public async Task Tier_ThatFailed_Rests_AndIsTriedAgainLater()
    {
        var isDown = true;
        await using var tier = new RawOrigin(async exchange =>
        {
            if (isDown)
            {
                exchange.Reset();
                return;
            }

            await exchange.SendAsync(Ok);
        });
        await using var app = new RawOrigin(Ok);
        var time = new SkippingTime();
        await using var edge = await StartAsync(tier.Uri, app, time: time);
        await edge.RawAsync(Ask("GET", "/1"), Cancel);
        var tries = tier.Requests.Count;
        await edge.RawAsync(Ask("GET", "/2"), Cancel);
        Assert.Equal(tries, tier.Requests.Count);

        isDown = false;
        time.Skip(TimeSpan.FromSeconds(6));

        await edge.RawAsync(Ask("GET", "/3"), Cancel);
        await edge.RawAsync(Ask("GET", "/4"), Cancel);
        Assert.Equal(tries + 2, tier.Requests.Count);
        Assert.Equal(2, app.Requests.Count);
    }

    [Theory]
    [InlineData("504 Gateway Timeout", "tier; fwd=uri-miss; detail=upstream-timeout", true)]
    [InlineData("502 Bad Gateway", "app; hit, tier; fwd=uri-miss; detail=upstream-unreachable", true)]
    [InlineData("504 Gateway Timeout", "tier; fwd=uri-miss; fwd-status=504", false)]
    [InlineData("503 Service Unavailable", "tier; fwd=uri-miss; fwd-status=503", false)]
    public async Task Error_OfTheTierItself_IsNoAnswer_AndOneOfTheApplicationIs(string status, string cacheStatus, bool isPassed)
    {
        await using var tier = new RawOrigin($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nCache-Status: {cacheStatus}\r\n\r\n");
        await using var app = new RawOrigin(Ok);
        await using var edge = await StartAsync(tier.Uri, app);

        Assert.StartsWith(isPassed ? "HTTP/1.1 200 " : "HTTP/1.1 " + status[..3], await edge.RawAsync(Ask(), Cancel));
    }

    [Fact]
    public async Task Tier_ThatDoesNotAnswer_IsPassedInHalfTheTime()
    {
        await using var tier = new RawOrigin(async exchange => await Task.Delay(Timeout.Infinite, exchange.Stop));
        await using var app = new RawOrigin(Ok);
        await using var edge = await StartAsync(tier.Uri, app, o => o.HeadTimeout = TimeSpan.FromSeconds(1));

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync(Ask(), Cancel));
    }

    [Fact]
    public async Task RequestThatMayHaveBeenCarriedOut_IsNotSentAgain()
    {
        await using var tier = new RawOrigin(exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });
        await using var app = new RawOrigin(Ok);
        await using var edge = await StartAsync(tier.Uri, app);

        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync(Ask("POST"), Cancel));

        Assert.Empty(app.Requests);
    }

    private static string Ask(string method = "GET", string path = "/x") => $"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private static async Task<EdgeBench> StartAsync(Uri tier, RawOrigin app, Action<EdgeCacheOptions>? configure = null, TimeProvider? time = null)
    {
        var edge = await EdgeBench.StartAsync(
            tier,
            o =>
            {
                (o.UpstreamIsTier, o.DirectUpstream) = (true, app.Uri);
                configure?.Invoke(o);
            },
            time,
            cancellation: Cancel);
        FixedFollower.Show(edge.Follower.Zones.ForHost("a"), new ZoneView(ZoneName.Default, new Epoch(7), 5, 0, ImmutableDictionary<RecordKey, Zones.Records.Record>.Empty, []));
        return edge;
    }

    /// <summary>An address that nothing listens on.</summary>
    private static Uri Nobody()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new Uri($"http://{socket.LocalEndpoint}");
    }

    /// <summary>Real time that can jump ahead.</summary>
    private sealed class SkippingTime : TimeProvider
    {
        private long _skipped;

        public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, time.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _skipped);
    }
}
