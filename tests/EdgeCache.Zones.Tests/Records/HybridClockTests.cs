using EdgeCache.Zones.Records;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Records;

public sealed class HybridClockTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));

    [Fact]
    public void Next_WallClockStandsOrGoesBack_StaysLater()
    {
        var clock = new HybridClock(_time);
        var last = clock.Next();
        Assert.Equal(1_000_000, last.Milliseconds);
        for (var i = 0; i < 100_000; i++)
        {
            var next = clock.Next();
            Assert.True(next > last);
            last = next;
        }

        // More than 65,536 stamps of one millisecond: the counter has flowed over into the next.
        Assert.Equal(1_000_001, last.Milliseconds);
    }

    [Fact]
    public void Merge_LaterStamp_IsFollowed()
    {
        var clock = new HybridClock(_time);
        var seen = HybridTimestamp.From(1_060_000, 0xFFFF);
        Assert.True(clock.TryMerge(seen));
        Assert.True(clock.Next() > seen);
        Assert.False(clock.TryMerge(HybridTimestamp.From(1_000_000 + (long)HybridClock.MaxSkew.TotalMilliseconds + 1, 0)));
        Assert.False(clock.TryMerge(new HybridTimestamp(ulong.MaxValue)));
        Assert.Equal(2, clock.Refused);
        Assert.True(clock.Next().Milliseconds < 1_100_000);
    }
}
