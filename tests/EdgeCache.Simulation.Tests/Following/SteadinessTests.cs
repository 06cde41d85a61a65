using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Simulation.Tests.Following;

/// <summary>A node tells since when it has kept up: until then an authority may have answered with anything older.</summary>
public sealed class SteadinessTests : IAsyncDisposable
{
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");
    private readonly World _world = new(21);
    private readonly MemoryZoneStore _store;
    private readonly WorldNode _node;
    private readonly NetworkConditions _network = new();
    private readonly long _started;

    public SteadinessTests()
    {
        _store = new MemoryZoneStore(_world.AddNode("store").Time, new Random(1));
        _ = _store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None).AsTask();
        _node = _world.AddNode("origin");
        _started = Now;
        var follower = new Follower(
            new StoreLink(_node, _store, _network), new FollowerOptions { Node = "origin", Role = "origin", TickOnTimer = true }, [], _node.Time, new Random(2), NullLogger<Follower>.Instance);
        _node.Enter(() => _ = follower.RunAsync(CancellationToken.None));
        _world.RunFor(TimeSpan.FromSeconds(5));
    }

    private long Now => _node.Time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public void Undisturbed_AndWithANewZone_IsSinceItsStart()
    {
        _ = _store.PutZoneAsync(new ZoneDefinition(ZoneName.Parse("new.test"), ZonePolicy.Standard), CancellationToken.None).AsTask();
        _world.RunFor(TimeSpan.FromSeconds(5));
        Assert.InRange(Told(), _started, _started + 10);
    }

    [Theory]
    [InlineData(1.2, false)]
    [InlineData(6, true)]
    public void CutOff_ForLongerThanMaxLag_IsSinceItHasCaughtUp(double seconds, bool isTold)
    {
        _network.IsRefused = true;
        _world.RunFor(TimeSpan.FromSeconds(seconds));
        _network.IsRefused = false;
        var back = Now;
        _world.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(isTold, Told() >= back);
        Assert.InRange(Told(), _started, back + 2_000);
    }

    [Fact]
    public void Stopped_ForLongerThanMaxLag_IsSinceItHasPolledAgain()
    {
        _node.Stop();
        _world.RunFor(TimeSpan.FromSeconds(10));
        _node.Continue();
        var awake = Now;
        _world.RunFor(TimeSpan.FromSeconds(5));
        Assert.InRange(Told(), awake, awake + 2_000);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private long Told() => AtOnce.Done(_store.NodesAsync(CancellationToken.None).AsTask()).Single().SteadySince;
}
