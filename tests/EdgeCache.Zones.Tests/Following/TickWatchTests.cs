using EdgeCache.Zones.Following;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class TickWatchTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Tick_Late_DemandsKnowledgeFromAfterTheWake()
    {
        var watch = new TickWatch(_time, TimeSpan.FromMilliseconds(250));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(watch.Tick(_time.GetTimestamp()));
        Assert.Equal(long.MinValue, watch.WokeAt);

        // Stopped for a second: a reader that wakes before the ticker sees an old tick, one that wakes after it sees when it woke.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(watch.IsOverdue(_time.GetTimestamp()));
        Assert.False(watch.Tick(_time.GetTimestamp()));
        Assert.False(watch.IsOverdue(_time.GetTimestamp()));
        Assert.Equal(_time.GetTimestamp(), watch.WokeAt);
    }
}
