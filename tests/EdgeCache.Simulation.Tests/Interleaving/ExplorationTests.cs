using EdgeCache.Simulation.Interleaving;
using Xunit;

namespace EdgeCache.Simulation.Tests.Interleaving;

public sealed class ExplorationTests
{
    private readonly ITestOutputHelper _output;

    public ExplorationTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void Run_AllRules_NoOrderStoresSomethingBelowAFloorAsFresh()
    {
        var result = Exploration.Run(TierRules.All);
        _output.WriteLine($"{result.Orders} orders of sends and receives, {result.States} different states, {result.Steps} steps run");
        Assert.True(result.Violating == 0, string.Join('\n', result.Example));
        Assert.True(result.Orders > 10_000, $"{result.Orders} orders");
        Assert.True(result.Steps > 10_000, $"{result.Steps} steps");
    }

    [Theory]
    [InlineData(TierRules.None)]
    [InlineData(TierRules.All & ~TierRules.Floors)]
    [InlineData(TierRules.All & ~TierRules.MarkBeforeSend)]
    [InlineData(TierRules.All & ~TierRules.TierFloor)]
    [InlineData(TierRules.All & ~TierRules.WriteBeforePurge)]
    public void Run_WithoutOneRule_SomeOrderShowsTheHarm(TierRules rules)
    {
        var result = Exploration.Run(rules);
        _output.WriteLine($"{rules}: {result.Violating} of {result.States} states violate; for example");
        _output.WriteLine(string.Join('\n', result.Example));
        Assert.NotEqual(0, result.Violating);
    }
}
