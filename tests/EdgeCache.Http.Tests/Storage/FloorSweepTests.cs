using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Http.Tests.Storage;

public sealed class FloorSweepTests
{
    [Fact]
    public void Sweep_AfterPurges_FreesFlagsAndForgets()
    {
        using var bench = new StoreBench();
        bench.Put("a.example/hard", StoreBench.Bytes(3000), tags: ["h"]);
        bench.Put("a.example/soft", StoreBench.Bytes(3000), tags: ["s"]);
        bench.Put("a.example/other", StoreBench.Bytes(3000), tags: ["o"]);
        bench.Purge("h");
        bench.Purge("s", PurgeMode.Soft);
        var before = bench.Store.Counters.UsedBytes;

        Sweep(bench);

        Assert.Equal(0, bench.Zone.Floors.Count);
        Assert.False(bench.Has("a.example/hard"));
        Assert.Equal(FloorVerdict.Soft, Verdict(bench, "a.example/soft"));
        Assert.Equal(FloorVerdict.None, Verdict(bench, "a.example/other"));
        var counters = bench.Store.Counters;
        Assert.Equal((1, before - counters.UsedBytes), (counters.PurgedEntries, counters.PurgedBytes));
        Assert.False(FloorSweep.IsNeeded(bench.Zone));
    }

    [Fact]
    public void Sweep_FlaggedSoft_IsHardAfterAHardPurge()
    {
        using var bench = new StoreBench();
        bench.Put("k", [1], tags: ["s"]);
        bench.Purge("s", PurgeMode.Soft);
        Sweep(bench);

        bench.Purge("s");

        Assert.Equal(FloorVerdict.Hard, Verdict(bench, "k"));
    }

    /// <summary>A resync frees nothing: what is possibly old stays so when the floor that said it is forgotten, and a purge makes it known old.</summary>
    [Theory]
    [InlineData(PurgeMode.SoftRevalidate, FloorVerdict.SoftRevalidate)]
    [InlineData(PurgeMode.Soft, FloorVerdict.Soft)]
    [InlineData(PurgeMode.Hard, FloorVerdict.Hard)]
    public void Sweep_PossiblyOld_IsKeptAsThatUntilAPurge(PurgeMode mode, FloorVerdict after)
    {
        using var bench = new StoreBench();
        bench.Put("k", [1], tags: ["s"]);
        bench.Zone.Floors.RaiseDoubt();
        Assert.Equal(FloorVerdict.Doubtful, Verdict(bench, "k"));
        Sweep(bench);
        Assert.Equal(FloorVerdict.Doubtful, Verdict(bench, "k"));
        bench.Put("new", [1], tags: ["s"]);
        Assert.Equal(FloorVerdict.None, Verdict(bench, "new"));

        bench.Purge("s", mode);
        Assert.Equal(after, Verdict(bench, "k"));
        Assert.Equal(after, Verdict(bench, "new"));
    }

    [Fact]
    public void Fill_SentBeforeTheSweep_IsRefusedAfterIt()
    {
        using var bench = new StoreBench();
        var fill = bench.Begin("k", 0, tags: ["x"]);
        bench.Purge("x");
        Sweep(bench);

        Assert.Equal(StoreOutcome.BelowFloor, fill.Complete());
    }

    [Fact]
    public void Fill_SentBeforeASweepThatForgetsLess_IsStoredUnlessAFloorCoversIt()
    {
        using var bench = new StoreBench();
        var kept = bench.Zone.Floors.Generation;
        var other = bench.Begin("other", 0, tags: ["y"]);
        var purged = bench.Begin("purged", 0, tags: ["x"]);
        bench.Purge("x");

        var sweep = bench.Store.BeginSweep([bench.Zone], _ => kept);
        while (!sweep.Step(10))
        {
        }

        Assert.Equal(StoreOutcome.Stored, other.Complete());
        Assert.Equal(StoreOutcome.BelowFloor, purged.Complete());
    }

    [Fact]
    public void Put_WhileASweepIsUnderway_IsNotLostByIt()
    {
        using var bench = new StoreBench();
        bench.Put("a", [1]);
        var mark = bench.Zone.Floors.Generation;
        bench.Purge("elsewhere");
        var sweep = bench.Store.BeginSweep([bench.Zone]);
        bench.Put("b", [2], mark: mark);

        while (!sweep.Step(1))
        {
        }

        Assert.Equal(FloorVerdict.None, Verdict(bench, "a"));
        Assert.Equal(FloorVerdict.None, Verdict(bench, "b"));
    }

    [Fact]
    public void Verdict_OfAnotherZoneState_IsHard()
    {
        using var bench = new StoreBench();
        bench.Put("k", [1]);
        bench.Find("k", out var lease);
        using (lease)
        {
            Assert.Equal(FloorVerdict.Hard, lease.Verdict(StoreBench.NewZone(2)));
        }
    }

    [Fact]
    public void Verdict_WithoutACoveringFloor_MovesTheMark()
    {
        using var bench = new StoreBench();
        bench.Put("k", [1], tags: ["a"]);
        bench.Purge("b");
        bench.Find("k", out var lease);
        using (lease)
        {
            Assert.Equal(FloorVerdict.None, lease.Verdict(bench.Zone));
            Assert.Equal(bench.Zone.Floors.Generation, lease.Mark.Generation);
        }
    }

    private static FloorVerdict Verdict(StoreBench bench, string key)
    {
        Assert.Equal(FindOutcome.Found, bench.Find(key, out var lease));
        using (lease)
        {
            return lease.Verdict(bench.Zone);
        }
    }

    private static void Sweep(StoreBench bench)
    {
        var sweep = bench.Store.BeginSweep([bench.Zone]);
        while (!sweep.Step(2))
        {
        }
    }
}
