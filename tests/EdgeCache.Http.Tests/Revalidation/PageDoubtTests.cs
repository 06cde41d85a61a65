using EdgeCache.Http.Revalidation;
using EdgeCache.Zones.Following;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.Revalidation;

/// <summary>For how long a page that is possibly old may be served. Times in milliseconds.</summary>
public sealed class PageDoubtTests
{
    private static readonly FakeTimeProvider _time = new();
    private static readonly Doubt _doubt = new() { Since = Stamp(100_000), RaisedAt = Stamp(110_000), Limit = Stamp(60_000) };

    /// <summary>It was last known to be right when all purges of before were known, or when it was asked for, whichever is later.</summary>
    [Theory]
    [InlineData(0, 100_000)]
    [InlineData(105_000, 105_000)]
    public void MayServe_ByPage_EndsInTheSecondHalfOfTheLimit(long sentAt, long rightAt)
    {
        var ends = Enumerable.Range(1, 1_000).Select(number =>
        {
            long now = rightAt;
            while (PageDoubt.MayServe(_doubt, sentAt, (ulong)number, _time, now))
            {
                now += 100;
            }

            return now - rightAt;
        }).ToList();

        Assert.All(ends, end => Assert.InRange(end, 30_000, 60_100));
        Assert.InRange(ends.Average(), 43_000, 47_000);
        Assert.InRange(ends.Max() - ends.Min(), 29_000, 30_100);
    }

    [Fact]
    public void MayServe_WithoutADoubtOrAfterIt_Never()
    {
        Assert.False(PageDoubt.MayServe(null, 0, 1, _time, 110_000));
        Assert.True(PageDoubt.MayServe(_doubt, 0, 1, _time, 110_000));
        Assert.False(PageDoubt.MayServe(_doubt with { IsSettled = true }, 0, 1, _time, 110_000));
    }

    /// <summary>A page that was not settled while an earlier doubt lasted gets no second time; one that was is a page like any other.</summary>
    [Theory]
    [InlineData(90_000, false)]
    [InlineData(110_000, false)]
    [InlineData(110_001, true)]
    public void MayServe_TheZoneIsReadAnewAgainLater_NotWhatWasLeftOfTheFirst(long sentAt, bool may)
    {
        var zone = Follower().Zones.ForHost("a");
        Follower().ReadAnew(zone, _doubt.Since, TimeSpan.FromSeconds(60));
        var second = new Doubt { Since = Stamp(400_000), RaisedAt = Stamp(401_000), Limit = Stamp(60_000), OverBefore = _doubt.RaisedAt };
        Assert.Equal(may, PageDoubt.MayServe(second, sentAt, 1, _time, 402_000));
    }

    private static FixedFollower Follower() => new(_time, 1);

    private static long Stamp(long milliseconds) => milliseconds * _time.TimestampFrequency / 1000;
}
