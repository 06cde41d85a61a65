using EdgeCache.Http.Storage;
using EdgeCache.Zones.Log;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.Storage;

public sealed class FloorMemoryTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Through_BeforeAFillsTime_IsNothing()
    {
        using var bench = new StoreBench();
        var memory = new FloorMemory(_time);
        bench.Purge("x");
        memory.Note([bench.Zone]);
        _time.Advance(FloorMemory.Kept - TimeSpan.FromSeconds(1));
        memory.Note([bench.Zone]);

        Assert.Equal(0, memory.Through(bench.Zone));
    }

    [Fact]
    public void Through_AfterAFillsTime_IsWhereTheZoneStoodThen()
    {
        using var bench = new StoreBench();
        var memory = new FloorMemory(_time);
        bench.Purge("x");
        var then = bench.Zone.Floors.Generation;
        memory.Note([bench.Zone]);
        bench.Purge("y");
        _time.Advance(FloorMemory.Kept);
        memory.Note([bench.Zone]);

        Assert.Equal(then, memory.Through(bench.Zone));
    }

    [Fact]
    public void Through_MoreFloorsThanACrowd_IsWhateverWasSwept()
    {
        using var bench = new StoreBench();
        var memory = new FloorMemory(_time);
        bench.Zone.Floors.Raise([.. Enumerable.Range(0, FloorMemory.Crowd).Select(i => new Selector(SelectorKind.Tag, $"t{i}"))], PurgeMode.Hard);
        Assert.Equal(0, memory.Through(bench.Zone));

        bench.Purge("one more");

        Assert.Equal(long.MaxValue, memory.Through(bench.Zone));
    }

    [Fact]
    public void Note_WithoutAZone_DropsIt()
    {
        using var bench = new StoreBench();
        var memory = new FloorMemory(_time);
        memory.Note([bench.Zone]);
        _time.Advance(FloorMemory.Kept);
        memory.Note([bench.Zone]);
        Assert.NotEqual(0, memory.Through(bench.Zone));

        memory.Note([]);

        Assert.Equal(0, memory.Through(bench.Zone));
    }
}
