using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;
using Xunit;

namespace EdgeCache.Zones.Tests.Sessions;

public sealed class PrimaryStateTests
{
    private static readonly Epoch Epoch = new(0xE1);
    private readonly ZoneState _known = new(ZoneName.Default, 1, 7, ZonePolicy.Standard, 1_000);

    [Theory]
    [InlineData("run-1", 0xE1UL, 50, true, null, false)]
    [InlineData("run-1", 0xE1UL, 51, false, null, false)]
    [InlineData("run-2", 0xE1UL, 50, true, null, false)]
    [InlineData("run-2", 0xE1UL, 60, false, null, true)] // another process that may have lost its tail, and has written on
    [InlineData("run-1", 0xE1UL, 49, true, null, true)] // behind this node
    [InlineData("run-2", 0xE2UL, 60, true, 60, true)] // a log this node has not read yet
    [InlineData("run-1", 0xE1UL, 50, true, 1, true)] // its writers have just begun
    public void MayLack_PrimaryAgainstWhatThisNodeKnows_DoubtsWhatTookOver(string run, ulong epoch, long head, bool durable, int? age, bool expected)
    {
        _known.ServedBy("run-1");
        _known.Swap(new ZoneView(ZoneName.Default, Epoch, 50, 0, _known.View.Records, []));
        Assert.Equal(expected, MayLack(run, epoch, head, durable, age, now: 100_000));
    }

    [Fact]
    public void MayLack_NodeIsRecovering_UntilWritersHadTime()
    {
        _known.ServedBy("run-1");
        _known.Swap(new ZoneView(ZoneName.Default, Epoch, 50, 0, _known.View.Records, []));
        _known.Recover(100_000, default);
        Assert.True(MayLack("run-1", 0xE1, 50, true, null, now: 104_999));
        Assert.False(MayLack("run-1", 0xE1, 50, true, null, now: 105_000));
    }

    [Fact]
    public void MayLack_NodeHasReadNothingYet_GoesByTheEpochAlone() => Assert.False(MayLack("run-1", 0xE1, 50, false, null, now: 0));

    private bool MayLack(string run, ulong epoch, long head, bool durable, int? age, long now)
    {
        var zone = new ZoneRead { Zone = ZoneName.Default, Exists = true, Epoch = new Epoch(epoch), Head = head, EpochAge = age is { } s ? TimeSpan.FromSeconds(s) : null };
        return PrimaryState.MayLack(_known, new ShardRead { RunId = run, IsDurable = durable, At = 0, Zones = [zone] }, zone, now);
    }
}
