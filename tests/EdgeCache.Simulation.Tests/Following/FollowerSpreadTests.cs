using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Simulation.Tests.Following;

/// <summary>PLANE.md 6: a hint tells all followers something at the same moment; they must not all ask the store at that moment.</summary>
public sealed class FollowerSpreadTests
{
    private const int Followers = 60;
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");

    [Fact]
    public async Task ZoneRestored_AHintTellsAllAtOnce_TheyReadAnewOverTheWholeOfTheJitter()
    {
        var world = new World(7);
        await using var store = new MemoryZoneStore(world.AddNode("store").Time, new Random(1));
        await store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None);
        var options = new FollowerOptions { Node = "edge", TickOnTimer = true };
        var followers = Enumerable.Range(0, Followers).Select(i => Start(world, store, options, i, new NetworkConditions())).ToList();
        world.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(Followers, followers.Count(IsFollowing));

        await store.OpenEpochAsync(Zone, 0, CancellationToken.None);
        await CommitAsync(store, "c");
        Assert.True(world.RunUntil(() => followers.TrueForAll(f => f.Counters.Resyncs == 1 || !IsFollowing(f)), TimeSpan.FromMilliseconds(100)), "a hint tells all within moments");

        var done = new List<int>();
        while (followers.Exists(f => !IsFollowing(f)) && done.Count < 100)
        {
            world.RunFor(options.ResyncJitter / 10);
            done.Add(followers.Count(IsFollowing));
        }

        // A tenth of the jitter brings about a tenth of them.
        Assert.Equal(Followers, done[^1]);
        Assert.True(MostInOne(done) < Followers / 4, string.Join(' ', done));
    }

    [Fact]
    public async Task HintWasLost_TheNextTellsAllAtOnce_TheyCatchUpOverTheWholeOfTheJitter()
    {
        var world = new World(8);
        await using var store = new MemoryZoneStore(world.AddNode("store").Time, new Random(1));
        await store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None);

        // A long jitter beside a network that delays all alike and polls that are far apart: only the jitter can spread them.
        var options = new FollowerOptions { Node = "edge", TickOnTimer = true, CatchUpJitter = TimeSpan.FromMilliseconds(100), Heartbeat = TimeSpan.FromSeconds(10) };
        var network = new NetworkConditions { MinDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) };
        var followers = Enumerable.Range(0, Followers).Select(i => Start(world, store, options, i, network)).ToList();
        world.RunFor(TimeSpan.FromSeconds(2));
        network.HintLoss = 1;
        await CommitAsync(store, "lost");
        network.HintLoss = 0;
        await CommitAsync(store, "told");
        Assert.DoesNotContain(followers, f => Serial(f) == 2);

        var done = new List<int>();
        while (followers.Exists(f => Serial(f) < 2) && done.Count < 30)
        {
            world.RunFor(options.CatchUpJitter / 10);
            done.Add(followers.Count(f => Serial(f) == 2));
        }

        Assert.Equal(Followers, done[^1]);
        Assert.True(MostInOne(done) < Followers / 4, string.Join(' ', done));
    }

    private static int MostInOne(List<int> done) => done.Select((d, i) => d - (i == 0 ? 0 : done[i - 1])).Max();

    private static long Serial(Follower follower) => follower.Zones.Find(Zone)!.View.Serial;

    private static async Task CommitAsync(MemoryZoneStore store, string id) => await store.CommitAsync(
        new CommitRequest { Zone = Zone, ChangeId = id, Clock = HybridTimestamp.From(1, 0), Nonce = 1, Purges = [new PurgeChange([Selector.Everything], PurgeMode.Hard)] }, CancellationToken.None);

    private static bool IsFollowing(Follower follower) => follower.Describe().Single(s => s.Position.Zone == Zone).Phase == FollowPhase.Following;

    private static Follower Start(World world, MemoryZoneStore store, FollowerOptions options, int number, NetworkConditions network)
    {
        var node = world.AddNode($"edge-{number}");
        var follower = new Follower(new StoreLink(node, store, network), options, [], node.Time, new Random(number), NullLogger<Follower>.Instance);
        node.Enter(() => _ = follower.RunAsync(CancellationToken.None));
        return follower;
    }
}
