using System.Collections.Immutable;
using System.Net;
using EdgeCache.Http.Proxy;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

public sealed class TierTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static readonly Epoch _epoch = new(7);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tier_AtTheSamePosition_AnswersFromItsStore_AndTheEdgeStoresThat()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel);
        bench.Stand(edge: 5, shield: 5);

        Assert.Contains("fwd-status=200; stored", await bench.Edge.RawAsync(Get, Cancel));
        Assert.Contains("edge-t; hit", await bench.Edge.RawAsync(Get, Cancel));
        TwoTiers.Purge(bench.Edge);
        Assert.Contains("hit", await bench.Edge.RawAsync(Get, Cancel));

        Assert.Single(bench.Origin.Requests);
        Assert.DoesNotContain("Edge-", bench.Origin.Requests[0]);
    }

    /// <summary>A lower tier would store the answer as one of the position that comes along: what may be old is fetched for it, though a client is given it (PLANE.md 6, 8).</summary>
    [Fact]
    public async Task Tier_WhoseStoreIsPossiblyOld_FetchesForTheEdge()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel, shield: o => o.ValidationRate = 1);
        bench.Stand(edge: 5, shield: 5);
        await bench.Edge.RawAsync(Get, Cancel);
        TwoTiers.Purge(bench.Edge);
        bench.Shield.Follower.ReadAnew(bench.Shield.Follower.Zones.ForHost("a"), TimeProvider.System.GetTimestamp(), TimeSpan.FromHours(1));
        Assert.Contains("detail=possibly-old", await bench.Shield.RawAsync(Get, Cancel));

        Assert.Contains("shield; fwd=stale; fwd-status=200; stored; detail=possibly-old", await bench.Edge.RawAsync(Get, Cancel));
        Assert.Equal(2, bench.Origin.Requests.Count);
    }

    [Fact]
    public async Task Answer_ToClients_StatesNoPosition()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel);
        bench.Stand(edge: 5, shield: 5);

        Assert.DoesNotContain("Edge-Position", await bench.Edge.RawAsync(Get, Cancel));
        Assert.DoesNotContain("Edge-Position", await bench.Shield.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task Tier_BehindTheEdge_AsksTheApplication_AndTheEdgeStoresThat()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel);
        bench.Stand(edge: 5, shield: 5);
        await bench.Edge.RawAsync(Get, Cancel);
        bench.Stand(edge: 6, shield: 5);
        TwoTiers.Purge(bench.Edge);

        var first = await bench.Edge.RawAsync(Get, Cancel);
        var second = await bench.Edge.RawAsync(Get, Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", first);
        Assert.Contains("edge-t; hit", second);
        Assert.Equal(2, bench.Origin.Requests.Count);
    }

    [Fact]
    public async Task Tier_BehindTheEdge_WithATierAboveIt_StatesNothing_AndTheEdgeDoesNotStoreThat()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel, shield: o => o.UpstreamIsTier = true);
        bench.Stand(edge: 6, shield: 5);

        Assert.StartsWith("HTTP/1.1 200 ", await bench.Edge.RawAsync(Get, Cancel));
        Assert.DoesNotContain("edge-t; hit", await bench.Edge.RawAsync(Get, Cancel));
        Assert.Equal(2, bench.Origin.Requests.Count);
    }

    [Fact]
    public async Task Edge_WithoutAnyChange_UsesATierWithALogOfItsOwn()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel);
        TwoTiers.Stand(bench.Edge, 0);
        TwoTiers.Stand(bench.Shield, 9, new Epoch(8));
        await bench.Shield.RawAsync(Get, Cancel);

        Assert.Contains("shield; hit", await bench.Edge.RawAsync(Get, Cancel));
        Assert.Contains("edge-t; hit", await bench.Edge.RawAsync(Get, Cancel));
        Assert.Single(bench.Origin.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OwnPurge_ThatIsNotAppliedYet_IsAskedOfTheTier(bool positionIsKnown)
    {
        await using var bench = await TwoTiers.StartAsync(Cancel, edge: o =>
        {
            o.PurgeFrom.Add(IPNetwork.Parse("127.0.0.0/8"));
            o.Invalidate = (zone, selectors, _) =>
            {
                zone.Floors.Raise([.. selectors], PurgeMode.Hard);
                return new(positionIsKnown ? new Position(zone.Zone, _epoch, 6) : null);
            };
        });
        bench.Stand(edge: 5, shield: 5);
        await bench.Edge.RawAsync(Get, Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await bench.Edge.RawAsync(Get.Replace("GET", "PURGE", StringComparison.Ordinal), Cancel));

        Assert.DoesNotContain("shield; hit", await bench.Edge.RawAsync(Get, Cancel));
        Assert.Equal(2, bench.Origin.Requests.Count);
        Assert.Contains("edge-t; hit", await bench.Edge.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task Tier_ThatCatchesUpWhileTheEdgeWaits_AnswersFromThere()
    {
        await using var bench = await TwoTiers.StartAsync(Cancel);
        bench.Stand(edge: 6, shield: 6);

        await bench.Edge.RawAsync(Get, Cancel);

        Assert.Contains("edge-t; hit", await bench.Edge.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task Floor_FromAnybodyElse_IsNotBelieved()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        var answer = await edge.RawAsync(Get.Replace("Host: a", $"Host: a\r\nEdge-Floor: {new Position(ZoneName.Default, _epoch, 99)}", StringComparison.Ordinal), Cancel);

        Assert.Contains("; hit", answer);
        Assert.DoesNotContain("Edge-Position", answer);
    }

    [Fact]
    public async Task OneRequest_ReachesTheApplication_WhenManyEdgesAsk()
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = await TwoTiers.StartAsync(Cancel, mayAnswer.Task);
        bench.Stand(edge: 5, shield: 5);
        await using var other = await EdgeBench.StartAsync(new Uri($"http://{bench.Shield.EndPoint}"), o => (o.NodeName, o.UpstreamIsTier) = ("edge-u", true), cancellation: Cancel);
        TwoTiers.Stand(other, 5);
        var clients = Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? bench.Edge : other).RawAsync(Get, Cancel)).ToList();
        var began = TimeProvider.System.GetTimestamp();
        while (bench.Edge.Counters.Collapsed < 9 || other.Counters.Collapsed < 9 || bench.Shield.Counters.Collapsed < 1)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < EdgeBench.Patience);
            await Task.Delay(5, Cancel);
        }

        mayAnswer.SetResult();

        Assert.All(await Task.WhenAll(clients), text => Assert.EndsWith("\r\n\r\nok", text));
        Assert.Single(bench.Origin.Requests);
    }

    private sealed class TwoTiers(RawOrigin origin, EdgeBench shield, EdgeBench edge) : IAsyncDisposable
    {
        public RawOrigin Origin => origin;

        public EdgeBench Shield => shield;

        public EdgeBench Edge => edge;

        public static async Task<TwoTiers> StartAsync(
            CancellationToken cancellation, Task? before = null, Action<EdgeCacheOptions>? edge = null, Action<EdgeCacheOptions>? shield = null)
        {
            var origin = new RawOrigin(async exchange =>
            {
                await (before ?? Task.CompletedTask).WaitAsync(exchange.Stop);
                await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
            });
            var upper = await EdgeBench.StartAsync(
                origin.Uri,
                o =>
                {
                    o.NodeName = "shield";
                    o.PlaneWait = TimeSpan.FromMilliseconds(20);
                    o.LowerTiers.Add(IPNetwork.Parse("127.0.0.0/8"));
                    shield?.Invoke(o);
                },
                cancellation: cancellation);
            var lower = await EdgeBench.StartAsync(
                new Uri($"http://{upper.EndPoint}"),
                o =>
                {
                    o.UpstreamIsTier = true;
                    edge?.Invoke(o);
                },
                cancellation: cancellation);
            return new TwoTiers(origin, upper, lower);
        }

        public static void Stand(EdgeBench node, long serial, Epoch? epoch = null)
        {
            var zone = node.Follower.Zones.ForHost("a");
            FixedFollower.Show(zone, new ZoneView(ZoneName.Default, epoch ?? _epoch, serial, 0, ImmutableDictionary<RecordKey, Zones.Records.Record>.Empty, []));
        }

        public void Stand(long edge, long shield)
        {
            Stand(Edge, edge);
            Stand(Shield, shield);
        }

        public static void Purge(EdgeBench node)
        {
            node.Follower.Zones.ForHost("a").Floors.Raise([new Selector(SelectorKind.All, "")], PurgeMode.Hard);
        }

        public async ValueTask DisposeAsync()
        {
            await edge.DisposeAsync();
            await shield.DisposeAsync();
            await origin.DisposeAsync();
        }
    }
}
