using EdgeCache.Simulation.Growth;
using Xunit;

namespace EdgeCache.Simulation.Tests.Growth;

public sealed class FollowerGrowthTests
{
    [Fact]
    public void Measure_TenTimesTheFollowers_ReadsGrowInProportionAndAStartOfTheStoreMakesNoStorm()
    {
        var few = FollowerGrowth.Measure(10, 1);
        var many = FollowerGrowth.Measure(100, 1);
        Assert.Equal(100, many.Followers);
        Assert.True(many.LogReads < few.LogReads * 15, $"{few} {many}");
        Assert.True(many.Late < few.Late * 3 + 10, $"{few} {many}");

        // At the rate that all share: no tenth of a second brings all of them to the application at once.
        Assert.True(many.FetchesPeak < ResyncStorm.Limit / 10 * 2, $"{many}");
        Assert.True(many.FetchesPeak > 0);
    }
}
