using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Zones.Tests.Log;

public sealed class WholeZonePaceTests
{
    [Fact]
    public void Step_WhileObjectsAreMade_HasThemCollectedALittleAtATime()
    {
        var pace = WholeZonePace.For(BatchChange.MaxChanges + 1);
        Assert.NotNull(pace);
        var (before, kept) = (GC.CollectionCount(1), new List<byte[]>());
        for (var i = 0; i < 24_000; i++)
        {
            kept.Add(new byte[1_000]);
            pace.Step();
        }

        // 24 MB in steps of 1 MiB; without, the collector comes by as it thinks fit, which with much room is not at all.
        Assert.InRange(GC.CollectionCount(1) - before, 10, int.MaxValue);
        Assert.Equal(24_000, kept.Count);
    }

    [Fact]
    public void For_BatchOfUsualLength_IsNone() => Assert.Null(WholeZonePace.For(BatchChange.MaxChanges));
}
