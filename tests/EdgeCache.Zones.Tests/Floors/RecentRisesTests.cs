using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Zones.Tests.Floors;

public sealed class RecentRisesTests
{
    private readonly RecentRises _rises = new();

    [Fact]
    public void SaysNone_OtherKeysRose_IsTrueForNearlyAll()
    {
        var hash = new SelectorHash(3);
        for (var generation = 2; generation <= 9; generation++)
        {
            _rises.Begin(generation);
            _rises.Add(generation, SelectorKind.Tag, hash.Of(SelectorKind.Tag, $"purged-{generation}"));
        }

        var spared = Enumerable.Range(0, 1_000).Count(i => _rises.SaysNone([hash.Of(SelectorKind.Tag, $"other-{i}"), hash.Of(SelectorKind.Host, $"{i}.test")], 1, 9));
        Assert.InRange(spared, 850, 1_000);
    }

    [Fact]
    public void SaysNone_AKeyRoseAfterTheMark_IsFalseWhereverItStands()
    {
        var hash = new SelectorHash(4);
        for (var generation = 2; generation <= 500; generation++)
        {
            var key = hash.Of(SelectorKind.Tag, $"t{generation}");
            _rises.Begin(generation);
            _rises.Add(generation, SelectorKind.Tag, key);
            for (var now = generation; now < generation + RecentRises.Walked; now++)
            {
                Assert.False(_rises.SaysNone([1, key, 2], generation - 1, generation));
            }
        }
    }

    [Theory]
    [InlineData(SelectorKind.All)]
    [InlineData(SelectorKind.Prefix)]
    public void SaysNone_WhatKeysDoNotTell_IsFalse(SelectorKind kind)
    {
        _rises.Begin(2);
        _rises.Add(2, kind, 77);
        Assert.False(_rises.SaysNone([1UL << 40], 1, 2));
        Assert.False(_rises.SaysNone([], 1, 2));
    }

    [Fact]
    public void SaysNone_TooFarBehindOrNotBehind_IsFalse()
    {
        _rises.Begin(2);
        Assert.False(_rises.SaysNone([5], 2, 2));
        Assert.False(_rises.SaysNone([5], 1, 2 + RecentRises.Walked));
    }

    /// <summary>Whatever the ring spares, the verdict is that of the tables: random purges, subjects and marks against a model that remembers every rise.</summary>
    [Fact]
    public void Check_RandomPurges_IsWhatAModelSays()
    {
        var random = new Random(11);
        var floors = new ZoneFloors(5);
        var raised = new Dictionary<string, long>();
        for (var step = 0; step < 20_000; step++)
        {
            var tag = $"t{random.Next(300)}";
            raised[tag] = floors.Raise([new Selector(SelectorKind.Tag, tag)], PurgeMode.Hard);
            var mark = Math.Max(ZoneFloors.FirstGeneration, floors.Generation - random.Next(0, 60));
            string[] has = [$"t{random.Next(300)}", $"t{random.Next(300)}", "never"];
            ulong[] keys = [.. has.Select(t => floors.Hash.Of(SelectorKind.Tag, t))];
            var covered = has.Any(t => raised.GetValueOrDefault(t) > mark);
            Assert.Equal(covered ? FloorVerdict.Hard : FloorVerdict.None, floors.Check(new FloorSubject(keys), mark));
        }
    }

    /// <summary>A writer as fast as it can be: no reader ever passes an entry that was purged before the generation it read.</summary>
    [Fact]
    public async Task Check_WhileAWriterLapsTheRing_NeverPassesWhatWasPurged()
    {
        var floors = new ZoneFloors(6);
        var victim = new Selector(SelectorKind.Tag, "victim");
        ulong[] keys = [floors.Hash.Of(victim)];
        var purgedAt = 0L;
        var done = false;
        var writer = Task.Factory.StartNew(
            () =>
            {
                var random = new Random(1);
                for (var i = 0; i < 300_000; i++)
                {
                    if (random.Next(20) == 0)
                    {
                        Volatile.Write(ref purgedAt, floors.Raise([victim], PurgeMode.Hard));
                    }
                    else
                    {
                        floors.Raise([new Selector(SelectorKind.Tag, "t" + random.Next(50))], PurgeMode.Hard);
                    }
                }

                Volatile.Write(ref done, true);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var checks = 0;
        var passed = 0;
        while (!Volatile.Read(ref done))
        {
            var purged = Volatile.Read(ref purgedAt);
            var mark = Math.Max(ZoneFloors.FirstGeneration, floors.Generation - (checks++ % 70));
            var verdict = floors.Check(new FloorSubject(keys), mark);
            passed += verdict == FloorVerdict.None ? 1 : 0;
            Assert.False(verdict == FloorVerdict.None && mark < purged, "a purged entry passed");
        }

        await writer;
        Assert.True(checks > 100);
    }
}
