using EdgeCache.Load.Checking;
using EdgeCache.Load.Running;
using EdgeCache.Load.Tests.Reports;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

public sealed class GateLimitsTests
{
    [Theory]
    [InlineData("session", "read-your-writes", false)]
    [InlineData("session", "monotonic-reads", false)]
    [InlineData("session", SessionChecker.Causal, true)]
    [InlineData("causal", SessionChecker.Causal, false)]
    [InlineData("causal", "read-your-writes", true)]
    public void Judge_BrokenGuarantee_BreaksTheOneThatCoversIt(string asked, string broken, bool held)
    {
        var report = Example.Report() with { SessionViolations = new Dictionary<string, long> { [broken] = 3 } };
        Assert.Equal(held, Assert.Single(new GateLimits { NoViolations = [asked] }.Judge(report)).Held);
    }

    [Fact]
    public void Judge_RateP99AndBound_AreComparedWithWhatWasMeasured()
    {
        // The example: 10 of 100 stale, at most 40 ms, 2 of them above the bound.
        var report = Example.Report();
        Assert.All(new GateLimits { MaxStaleRate = 0.11, P99Staleness = TimeSpan.FromMilliseconds(50) }.Judge(report), g => Assert.True(g.Held));
        Assert.All(new GateLimits { MaxStaleRate = 0.09, P99Staleness = TimeSpan.FromMilliseconds(30), NoViolations = ["bound"] }.Judge(report), g => Assert.False(g.Held));
    }
}
