using EdgeCache.Zones.Log;
using EdgeCache.Zones.Replication;
using Xunit;

namespace EdgeCache.Zones.Tests.Replication;

public sealed class DueHeadsTests
{
    private static readonly Epoch Here = new(1);
    private readonly DueHeads _due = new();

    [Fact]
    public void Due_HeadSeenThen_IsDueOnlyOnceItWasSeenLongEnoughAgo()
    {
        _due.See(Here, 10, 100);
        _due.See(Here, 12, 200);
        Assert.Equal(0, _due.Due(99));
        Assert.Equal(10, _due.Due(100));
        Assert.Equal(10, _due.Due(199));
        Assert.Equal(12, _due.Due(500));
    }

    [Fact]
    public void See_TheSameHeadAgain_IsNotPutOff()
    {
        _due.See(Here, 10, 100);
        _due.See(Here, 10, 400);
        Assert.Equal(10, _due.Due(100));
    }

    [Fact]
    public void See_AnotherEpoch_BeginsAnew()
    {
        _due.See(Here, 10, 100);
        _due.See(new Epoch(2), 3, 200);
        Assert.Equal(0, _due.Due(150));
        Assert.Equal(3, _due.Due(200));
    }

    [Fact]
    public void See_MoreThanIsRemembered_IsLateAndNeverEarly()
    {
        for (var i = 1; i <= 5_000; i++)
        {
            _due.See(Here, i, i);
        }

        Assert.True(_due.Due(3_000) <= 3_000);
    }
}
