using EdgeCache.Zones.Following;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class GapMeterTests
{
    private readonly GapMeter _meter = new();

    [Fact]
    public void Settle_RunOfLostHints_IsOneGap()
    {
        Poll(1, 2, 3, 7, 8);
        Settle(2);
        Assert.Equal(2, _meter.Gaps);
        Poll(9);
        Settle(2);
        Assert.Equal(2, _meter.Gaps);
    }

    [Fact]
    public void Settle_HintLaterThanThePoll_IsNoGap()
    {
        Poll(1, 2);
        Settle(1);
        _meter.Hinted(2, 2);
        _meter.Hinted(1, 2);
        Settle(2);
        Assert.Equal(0, _meter.Gaps);
    }

    [Fact]
    public void Settle_HintBeforeThePoll_IsNoGap()
    {
        _meter.Hinted(2, 0);
        Poll(1, 2);
        Settle(2);
        Assert.Equal(1, _meter.Gaps);
    }

    private void Poll(params long[] serials) => Array.ForEach(serials, _meter.Polled);

    private void Settle(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _meter.Settle();
        }
    }
}
