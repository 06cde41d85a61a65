using System.IO.Hashing;
using System.Runtime.InteropServices;
using EdgeCache.Zones.Floors;
using Xunit;

namespace EdgeCache.Zones.Tests.Floors;

public sealed class FloorTableTests
{
    private const int Million = 1_000_000;
    private readonly FloorTable _table = new();

    [Fact]
    public void Find_RandomRisesAndForgetting_IsWhatADictionarySays()
    {
        var random = new Random(7);
        var model = new Dictionary<ulong, long>();
        for (var step = 1L; step <= 60_000; step++)
        {
            var key = KeyOf(random.Next(30_000));
            model[key] = step;
            _table.Raise(key, step);
            if (step % 20_000 == 0)
            {
                var through = step - random.Next(15_000);
                Forget(through);
                foreach (var gone in model.Where(pair => pair.Value <= through).Select(pair => pair.Key).ToList())
                {
                    model.Remove(gone);
                }
            }
        }

        Assert.Equal(model.Count, _table.Count);
        Assert.All(Enumerable.Range(0, 30_000), i => Assert.Equal(model.GetValueOrDefault(KeyOf(i)), _table.Find(KeyOf(i))));
    }

    [Fact]
    public void Raise_ALowerFloor_ChangesNothing()
    {
        _table.Raise(5, 9);
        _table.Raise(5, 3);
        Assert.Equal((9, 1), (_table.Find(5), _table.Count));
    }

    [Fact]
    public void Forget_All_LeavesNoMemory()
    {
        var empty = _table.Bytes;
        for (var i = 0; i < 10_000; i++)
        {
            _table.Raise(KeyOf(i), i + 1);
        }

        Forget(10_000);
        Assert.Equal((0, empty, 0), (_table.Count, _table.Bytes, _table.Find(KeyOf(3))));
    }

    /// <summary>A table that doubles allocates as much again as it ends with, one that drops what it splits too; this one allocates what it holds.</summary>
    [Fact]
    public void Raise_AMillionTags_TakesNoMoreThanItHolds()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        RaiseAll(Million, 0);

        Assert.Equal(Million, _table.Count);
        Assert.InRange(_table.Bytes, Million * 16L, Million * 45L);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Million * 16L, _table.Bytes + (Million / 2));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal((i * 1000) + 1, _table.Find(KeyOf(i * 1000))));
    }

    /// <summary>Forgetting uses the same pages again and gives those back that are not needed, so a storm that goes on for ever takes what is remembered of it.</summary>
    [Fact]
    public void Forget_AsNewOnesCome_TakesNoFurtherMemory()
    {
        const int Kept = 100_000;
        RaiseAll(Kept, 0);
        for (var turn = 1; turn <= 2; turn++)
        {
            RaiseAll(Kept, turn);
            Forget(turn * Kept);
        }

        var (bytes, before) = (_table.Bytes, GC.GetAllocatedBytesForCurrentThread());
        for (var turn = 3; turn <= 12; turn++)
        {
            RaiseAll(Kept, turn);
            Forget(turn * Kept);
            Assert.Equal(Kept, _table.Count);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * bytes);
        Assert.InRange(_table.Bytes, 0, 2 * bytes);
        Forget((13 * Kept) - 50);
        Assert.InRange(_table.Bytes, 0, 4 * FloorPage.Bytes);
        Assert.All(Enumerable.Range((13 * Kept) - 50, 50), i => Assert.Equal(i + 1, _table.Find(KeyOf(i))));
    }

    /// <summary>Pages are split, merged and used again under a reader, who always finds what was written before he asked, and never a floor of another key that is lower.</summary>
    [Fact]
    public async Task Find_WhilePagesAreUsedAgain_MissesNothingWritten()
    {
        const int Keys = 300_000;
        const int Held = 5_000;
        var (written, asked, forgotten) = (0, 0, 0);
        var writer = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Keys; i++)
                {
                    _table.Raise(KeyOf(i), i + 1);
                    Volatile.Write(ref written, i + 1);
                    if (i % 2_000 == 0)
                    {
                        // The reader keeps up, however busy the machine is.
                        var seen = Volatile.Read(ref asked);
                        SpinWait.SpinUntil(() => Volatile.Read(ref asked) > seen);
                    }

                    if (i % 20_000 == 0 && i > Held)
                    {
                        Volatile.Write(ref forgotten, i - Held);
                        Forget(i - Held);
                    }
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var random = new Random(2);
        var missed = 0;
        while (Volatile.Read(ref written) is var now && now < Keys)
        {
            if (now > 0)
            {
                var i = random.Next(Math.Max(0, now - 400), now);
                var found = _table.Find(KeyOf(i));
                missed += found == i + 1 || (found == 0 && i < Volatile.Read(ref forgotten)) ? 0 : 1;
                Volatile.Write(ref asked, asked + 1);
            }
        }

        await writer;
        Assert.Equal(0, missed);
    }

    private void RaiseAll(int count, int turn)
    {
        for (var i = turn * count; i < (turn + 1) * count; i++)
        {
            _table.Raise(KeyOf(i), i + 1);
        }
    }

    private void Forget(long through)
    {
        for (var at = 0; !_table.Forget(through, ref at, 3);)
        {
        }
    }

    private static ulong KeyOf(int i) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in i)), 99);
}
