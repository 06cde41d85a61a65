using EdgeCache.Http.Revalidation;
using Xunit;

namespace EdgeCache.Http.Tests.Revalidation;

/// <summary>How fast what is possibly old may be fetched again.</summary>
public sealed class ValidationPaceTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(5_000)]
    public void Wait_AskedAllTheTime_LetsTheRatePassAndNoMore(double perSecond)
    {
        var pace = new ValidationPace();
        var begun = 0;
        for (var now = 0; now < 100_000; now++)
        {
            while (pace.Wait(perSecond, now) == 0)
            {
                pace.Spend(perSecond, now);
                begun++;
            }
        }

        Assert.InRange(begun, (perSecond * 99.9) - 1, (perSecond * 100) + Math.Max(1, perSecond / 10));
    }

    /// <summary>An edge that has been idle for an hour begins with a tenth of a second's worth.</summary>
    [Fact]
    public void Wait_AfterALongRest_LetsNoBurstThrough()
    {
        var pace = new ValidationPace();
        var begun = 0;
        for (; pace.Wait(100, 3_600_000) == 0; begun++)
        {
            pace.Spend(100, 3_600_000);
        }

        Assert.Equal(10, begun);
    }

    /// <summary>A thousand edges that were idle hold a permit each; when a doubt begins, chance says how much of it counts, once for each doubt.</summary>
    [Fact]
    public void Open_AfterALongRest_LeavesOfThePermitWhatChanceSays()
    {
        var pace = new ValidationPace();
        Assert.Equal(0, pace.Wait(1, 1_000_000));
        pace.Open(raisedAt: 5, first: 0.75, 1, 1_000_000);
        Assert.InRange(pace.Wait(1, 1_000_000), 250, 251);
        pace.Open(raisedAt: 5, first: 0.25, 1, 1_000_100);
        Assert.InRange(pace.Wait(1, 1_000_100), 150, 151);
        pace.Open(raisedAt: 6, first: 0, 1, 1_000_100);
        Assert.Equal(1_000, pace.Wait(1, 1_000_100));
    }

    /// <summary>What readers fetch who may not have a page that is possibly old is paid for, and never held up: the background waits, at most as long as a second's worth takes.</summary>
    [Fact]
    public void Spend_ByReaders_HoldsTheBackgroundUpForASecondAtMost()
    {
        var pace = new ValidationPace();
        for (var i = 0; i < 1_000; i++)
        {
            pace.Spend(10, 0);
        }

        Assert.Equal(1_100, pace.Wait(10, 0));
    }

    [Fact]
    public void Ended_FailuresFollowEachOther_RestsDoubleToALimitAndASuccessEndsThem()
    {
        var pace = new ValidationPace();
        var rests = new List<long>();
        var now = 1_000_000L;
        for (var i = 0; i < 8; i++)
        {
            pace.Ended(isFailure: true, now);
            pace.Ended(isFailure: true, now); // Its neighbour, sent at the same time.
            rests.Add(pace.Wait(100, now));
            now += rests[^1];
        }

        Assert.Equal([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000], rests);
        pace.Ended(isFailure: false, now);
        Assert.Equal(0, pace.Wait(100, now));
        pace.Ended(isFailure: true, now);
        Assert.Equal(1_000, pace.Wait(100, now));
    }
}
