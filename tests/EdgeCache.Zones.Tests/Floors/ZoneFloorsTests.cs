using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Zones.Tests.Floors;

public sealed class ZoneFloorsTests
{
    private static readonly byte[] Path = "shop.test/products/1"u8.ToArray();

    [Theory]
    [InlineData(SelectorKind.Tag, "product-1", true)]
    [InlineData(SelectorKind.Tag, "product-2", false)]
    [InlineData(SelectorKind.Host, "shop.test", true)]
    [InlineData(SelectorKind.Host, "product-1", false)]
    [InlineData(SelectorKind.Prefix, "/products/", true)]
    [InlineData(SelectorKind.Prefix, "/prod", true)]
    [InlineData(SelectorKind.Prefix, "shop.test/products", true)]
    [InlineData(SelectorKind.Prefix, "other.test/products", false)]
    [InlineData(SelectorKind.Prefix, "/products/10", false)]
    [InlineData(SelectorKind.All, "", true)]
    public void Check_FilledBeforePurge_IsCoveredExactlyByItsSelectors(SelectorKind kind, string value, bool covered)
    {
        var floors = new ZoneFloors(42);
        var before = floors.Generation;
        floors.Raise([new Selector(kind, value)], PurgeMode.Hard);

        Assert.Equal(covered ? FloorVerdict.Hard : FloorVerdict.None, Check(floors, before));
        Assert.Equal(FloorVerdict.None, Check(floors, floors.Generation));
    }

    [Theory]
    [InlineData("shop.test/products", true)]
    [InlineData("/products", true)]
    [InlineData("shop.test:80", false)]
    [InlineData("shop.test/products/10", false)]
    public void Check_OnAPort_PrefixesSelectEveryPort(string prefix, bool covered)
    {
        foreach (var rest in (string[])["", new('x', 2_000)])
        {
            var floors = new ZoneFloors(42);
            var before = floors.Generation;
            floors.Raise([new Selector(SelectorKind.Prefix, prefix)], PurgeMode.Hard);
            var subject = new FloorSubject([], System.Text.Encoding.ASCII.GetBytes("shop.test:8080/products/1" + rest), "shop.test".Length, ":8080".Length);

            Assert.Equal(covered ? FloorVerdict.Hard : FloorVerdict.None, floors.Check(subject, before));
        }
    }

    [Fact]
    public void Check_SoftAndHardOverlap_TheHarderWins()
    {
        var floors = new ZoneFloors(1);
        var before = floors.Generation;
        floors.Raise([new Selector(SelectorKind.Tag, "product-1")], PurgeMode.SoftRevalidate);
        Assert.Equal(FloorVerdict.SoftRevalidate, Check(floors, before));
        floors.Raise([new Selector(SelectorKind.Host, "shop.test")], PurgeMode.Soft);
        Assert.Equal(FloorVerdict.Soft, Check(floors, before));
        floors.Raise([Selector.Everything], PurgeMode.Hard);
        Assert.Equal(FloorVerdict.Hard, Check(floors, before));
    }

    [Fact]
    public void Forget_WhatWasInFlight_IsRefused()
    {
        var floors = new ZoneFloors(1);
        var before = floors.Generation;
        floors.Raise([new Selector(SelectorKind.Tag, "other")], PurgeMode.Hard);
        Assert.Equal(FloorVerdict.None, Check(floors, before));
        floors.Forget(floors.Generation);

        Assert.Equal(0, floors.Count);
        Assert.Equal(FloorVerdict.Hard, Check(floors, before));
        Assert.Equal(FloorVerdict.None, Check(floors, floors.Generation));
    }

    [Fact]
    public void Raise_MillionTags_StaysUnderHundredMegabytesAndRight()
    {
        var floors = new ZoneFloors(7);
        var before = floors.Generation;
        for (var i = 0; i < 1_000_000; i++)
        {
            floors.Raise([new Selector(SelectorKind.Tag, $"t{i}")], PurgeMode.Hard);
        }

        Assert.True(floors.Bytes < 100_000_000, $"{floors.Bytes} bytes");
        for (var i = 0; i < 1_000_000; i += 9973)
        {
            Assert.Equal(FloorVerdict.Hard, floors.Check(new FloorSubject([floors.Hash.Of(SelectorKind.Tag, $"t{i}")]), before));
        }

        Assert.Equal(FloorVerdict.None, floors.Check(new FloorSubject([floors.Hash.Of(SelectorKind.Tag, "never")]), before));
    }

    /// <summary>The last resort of PLANE.md 13: what was filled before is covered by the whole zone's floor, hard and soft apart, and memory is free again.</summary>
    [Fact]
    public void Raise_MoreTagsThanAreKept_OneFloorTakesTheirPlace()
    {
        const int Most = 10_000;
        var floors = new ZoneFloors(7, Most);
        var before = floors.Generation;
        floors.Raise([new Selector(SelectorKind.Tag, "soft")], PurgeMode.Soft);
        for (var i = 0; i <= Most; i++)
        {
            floors.Raise([new Selector(SelectorKind.Tag, $"t{i}")], PurgeMode.Hard);
        }

        Assert.Equal(1, floors.Folds);
        Assert.Equal(2, floors.Count);
        Assert.InRange(floors.Bytes, 0, 20_000);
        Assert.Equal(FloorVerdict.Hard, floors.Check(new FloorSubject([floors.Hash.Of(SelectorKind.Tag, "t0")]), before));
        Assert.Equal(FloorVerdict.Hard, floors.Check(new FloorSubject([]), floors.Generation - 1));
        Assert.Equal(FloorVerdict.None, floors.Check(new FloorSubject([]), floors.Generation));
    }

    /// <summary>Whatever is forgotten or folded meanwhile, nobody who knows of a purge passes what it covers.</summary>
    [Fact]
    public async Task Check_WhileFloorsAreForgotten_NeverPassesWhatWasPurged()
    {
        var floors = new ZoneFloors(6);
        var victim = new Selector(SelectorKind.Tag, "victim");
        ulong[] keys = [floors.Hash.Of(victim)];
        var mark = floors.Generation;
        floors.Raise([victim], PurgeMode.Hard);
        var done = false;
        var writer = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 200_000; i++)
                {
                    floors.Raise([new Selector(SelectorKind.Tag, "t" + i)], PurgeMode.Hard);
                    if (i % 1_000 == 999)
                    {
                        floors.Forget(floors.Generation - 500);
                    }
                }

                Volatile.Write(ref done, true);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var passed = 0;
        while (!Volatile.Read(ref done))
        {
            passed += floors.Check(new FloorSubject(keys), mark) == FloorVerdict.Hard ? 0 : 1;
        }

        await writer;
        Assert.Equal(0, passed);
        Assert.InRange(floors.Count, 1, 1_000);
    }

    private static FloorVerdict Check(ZoneFloors floors, long mark)
    {
        ReadOnlySpan<ulong> keys = [floors.Hash.Of(SelectorKind.Tag, "product-1"), floors.Hash.Of(SelectorKind.Host, "shop.test")];
        return floors.Check(new FloorSubject(keys, Path, "shop.test".Length), mark);
    }
}
