using EdgeCache.Simulation.Growth;
using Xunit;

namespace EdgeCache.Simulation.Tests.Growth;

/// <summary>PLANE.md 6: Redis restarts under many followers, and the application's load stays under its named limit.</summary>
public sealed class ResyncStormTests
{
    private readonly ITestOutputHelper _output;

    public ResyncStormTests(ITestOutputHelper output) => _output = output;

    /// <summary>The limit is one for all: ten times the followers take ten times as long, and no more at a time. No reader waits.</summary>
    [Theory]
    [InlineData(24)]
    [InlineData(240)]
    public void Measure_StoreStartsAnewUnderManyFollowers_TheLimitHoldsForAllTogether(int followers)
    {
        var row = ResyncStorm.Measure(followers, 1);
        _output.WriteLine($"{row}");
        Assert.InRange(row.Most, 1, ResyncStorm.Limit);
        Assert.Equal(0, row.Waits);
        Assert.True(row.PossiblyOld > followers, $"{row}");
        Assert.InRange(row.SettledAfter, followers * ResyncStorm.Pages / ResyncStorm.Limit, 30);
    }

    /// <summary>Without the rule the same start brings every page of every follower to the application within moments, and readers wait for it.</summary>
    [Fact]
    public void Measure_WithoutTheRule_IsAStorm()
    {
        var row = ResyncStorm.Measure(240, 1, withRule: false);
        _output.WriteLine($"{row}");
        Assert.True(row.Most > ResyncStorm.Limit * 2, $"{row}");
        Assert.True(row.Waits > 240, $"{row}");
        Assert.Equal(0, row.PossiblyOld);
    }
}
