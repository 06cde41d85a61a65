using EdgeCache.Load.Grid;
using Xunit;

namespace EdgeCache.Load.Tests.Grid;

public sealed class CellPlanTests
{
    [Fact]
    public void PickWritten_ManyTimes_FollowsTheRatesOfTheCells()
    {
        var plan = new CellPlan([(0.1, 2, false), (0.4, 5, true)], 4);
        var random = new Random(5);
        var picked = Enumerable.Range(0, 20_000).Select(_ => plan.CellOf(plan.PickWritten(random))).CountBy(c => c.WritesPerSecond).ToDictionary();
        Assert.Equal(0.2, picked[0.1] / 20_000d, 0.02);
        Assert.Equal(2, plan.WritesPerSecond, 9);
        Assert.Equal(1.6, plan.PurgesPerSecond, 9);
        Assert.Equal(TimeSpan.FromSeconds(5), plan.TtlOf(7));
        Assert.Equal(TimeSpan.FromSeconds(5), plan.TtlOf(plan.Keys)); // the probe's key
    }
}
