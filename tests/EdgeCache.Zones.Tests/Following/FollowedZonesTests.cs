using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class FollowedZonesTests : IAsyncDisposable
{
    private readonly MemoryZoneStore _store;
    private readonly FollowedZones _zones;

    public FollowedZonesTests()
    {
        var time = new FakeTimeProvider();
        _store = new MemoryZoneStore(time, new Random(1));
        var parts = new FollowerParts(_store, new FollowerOptions(), time, new Jitter(new Random(1)), new PollClock(time), new FollowerCounters(), new StoreReach(NullLogger.Instance, "n"), NullLogger.Instance);
        _zones = new FollowedZones(parts, state => new FollowedZone(state, [], FloorInterest.Pages, (_, _) => { }, _ => { }));
        Assert.True(_zones.Take(new ZoneDirectory(3, [Zone("a.test"), Zone("default")])));
    }

    [Fact]
    public void Take_SameAgain_KeepsTheMap()
    {
        var map = _zones.Map;
        Assert.False(_zones.Take(new ZoneDirectory(3, [Zone("a.test"), Zone("default")])));
        Assert.Same(map, _zones.Map);
    }

    [Fact]
    public void Take_EmptiedDirectory_GoesOnWithTheZonesKnown()
    {
        Assert.False(_zones.Take(new ZoneDirectory(0, [])));
        Assert.Equal("a.test", _zones.Map.ForHost("www.a.test").Zone.Value);
    }

    [Fact]
    public void Take_RestoredDirectoryWithTheSameNumber_IsTakenOver()
    {
        Assert.True(_zones.Take(new ZoneDirectory(3, [Zone("b.test"), Zone("default")])));
        Assert.Equal("default", _zones.Map.ForHost("www.a.test").Zone.Value);
        Assert.Equal("b.test", _zones.Map.ForHost("www.b.test").Zone.Value);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static ZoneDefinition Zone(string name) => new(ZoneName.Parse(name), ZonePolicy.Standard);
}
