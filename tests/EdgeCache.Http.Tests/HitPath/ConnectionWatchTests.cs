using EdgeCache.Http.HitPath;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class ConnectionWatchTests
{
    [Theory]
    [InlineData("Idle", HitLimits.IdleSeconds)]
    [InlineData("Head", HitLimits.HeadSeconds)]
    [InlineData("Sending", HitLimits.StalledSeconds)]
    [InlineData("Relaying", HitLimits.SilentSeconds)]
    public void Beat_NothingMoves_EndsAtTheLimit(string name, int limit)
    {
        var phase = Enum.Parse<ConnectionPhase>(name);
        var watch = new ConnectionWatch();
        watch.Enter(phase);
        for (var i = 0; i <= limit; i++)
        {
            Assert.Equal(ConnectionPhase.Lent, watch.Beat());
        }

        Assert.Equal(phase, watch.Beat());
        Assert.True(watch.IsOver);
        Assert.False(watch.TryLend());
    }

    [Fact]
    public void Beat_RequestsCome_NeverEnds()
    {
        var watch = new ConnectionWatch();
        for (var i = 0; i < 1_000; i++)
        {
            watch.Enter(ConnectionPhase.Idle);
            Assert.Equal(ConnectionPhase.Lent, watch.Beat());
        }

        Assert.True(watch.TryLend());
    }

    [Fact]
    public void Beat_HeadThatTrickles_EndsAtTheLimit()
    {
        var watch = new ConnectionWatch();
        watch.Enter(ConnectionPhase.Idle);
        for (var i = 0; i <= HitLimits.HeadSeconds; i++)
        {
            watch.StayInHead();
            Assert.Equal(ConnectionPhase.Lent, watch.Beat());
        }

        watch.StayInHead();

        Assert.Equal(ConnectionPhase.Head, watch.Beat());
    }

    [Fact]
    public void Beat_Lent_IsTheServersBusiness()
    {
        var watch = new ConnectionWatch();
        watch.Enter(ConnectionPhase.Idle);
        Assert.True(watch.TryLend());
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(ConnectionPhase.Lent, watch.Beat());
        }
    }
}
