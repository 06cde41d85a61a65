using EdgeCache.Load.Prediction;
using Xunit;

namespace EdgeCache.Load.Tests.Prediction;

public sealed class StaleShareTests
{
    [Theory]
    [InlineData(20, 0.0157)]
    [InlineData(30, 0.0238)]
    public void TtlOnly_OneWriteInTenMinutes_IsWhatTheHandSays(double ttl, double share) =>
        Assert.Equal(share, StaleShare.TtlOnly(1d / 600, 1, ttl), 4);

    [Theory]
    [InlineData(0.02, 5)]
    [InlineData(0.2, 5)]
    [InlineData(0.2, 30)]
    [InlineData(1, 10)]
    public void TtlOnly_BesideMonteCarlo_Agrees(double writes, double ttl)
    {
        var simulated = StaleSimulation.Run(writes, 5, ttl, new PropagationModel { DelaySeconds = [] }, 20_000, 5, new Random(1));
        Assert.Equal(simulated.Mean, StaleShare.TtlOnly(writes, 5, ttl), 0.01);
    }

    [Theory]
    [InlineData(0.05, 60, 0.5, 0)]
    [InlineData(0.05, 60, 0.5, 0.3)]
    [InlineData(0.2, 20, 0.1, 0.5)]
    [InlineData(0.02, 300, 1, 0.1)]
    public void WithPurge_BesideMonteCarlo_Agrees(double writes, double ttl, double delay, double loss)
    {
        var plane = new PropagationModel { DelaySeconds = [delay], HintLoss = loss };
        var simulated = StaleSimulation.Run(writes, 5, ttl, plane, 20_000, 5, new Random(2));
        Assert.Equal(simulated.Mean, StaleShare.WithPurge(writes, 5, ttl, delay, loss), 0.02);
    }

    [Fact]
    public void Advise_Budget_GivesLongestTtlWithinIt()
    {
        var advice = TtlAdvisor.Advise(1d / 600, 1, 0.0157);
        Assert.Equal(20, advice.TtlSeconds, 0.1);
        Assert.True(StaleShare.TtlOnly(1d / 600, 1, advice.TtlSeconds + 0.2) > 0.0157);
        Assert.Equal(1d / 21, advice.UpstreamPerSecond, 0.001);
    }

    [Fact]
    public void Advise_NothingIsEverWritten_GivesLongestTtl() =>
        Assert.Equal(TtlAdvisor.LongestTtl, TtlAdvisor.Advise(0, 1, 0.001).TtlSeconds);
}
