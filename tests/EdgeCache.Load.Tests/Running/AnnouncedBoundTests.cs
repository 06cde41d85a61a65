using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Tests.Reports;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

public sealed class AnnouncedBoundTests
{
    [Theory]
    [InlineData(null, null, 60_100, "the TTL")]
    [InlineData(null, "bounded;t=2", 2_100, "level bounded;t=2")]
    [InlineData(null, "bounded;t=0.5;wait=100", 600, "level bounded;t=0.5;wait=100")]
    [InlineData(null, "session", 60_100, "the TTL")]
    [InlineData(700d, "bounded;t=2", 700, "the scenario")]
    public void Of_ScenarioLevelOrTtl_TheNearestSpeaks(double? allowed, string? level, double milliseconds, string by)
    {
        var scenario = Example.Scenario with { AllowedMilliseconds = allowed, TtlSeconds = 60, Reads = new ReadPlan { Consistency = level } };
        Assert.Equal(new AnnouncedBound(milliseconds, by), AnnouncedBound.Of(scenario));
    }
}
