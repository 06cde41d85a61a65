using System.Diagnostics;
using EdgeCache.Simulation.Regions;
using Xunit;

namespace EdgeCache.Simulation.Tests.Regions;

public sealed class RegionScenarioTests
{
    private readonly ITestOutputHelper _output;

    public RegionScenarioTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void Run_ManySeeds_RegionsAgreeInTheEndAndNothingAcknowledgedIsGone()
    {
        var losers = 0L;
        for (var seed = 1; seed <= 25; seed++)
        {
            var result = RegionScenario.Run(seed);
            Assert.True(result.Violations.Count == 0, result.Report);
            Assert.True(result.Acts > 100);
            losers += result.Effects;
        }

        // Last-write-wins loses concurrent writes: the run must show some, each counted where it lost.
        Assert.True(losers > 0);
        _output.WriteLine($"{losers} losers");
    }

    /// <summary>A write that lost, still on its way when all records were equal already: the judge once called it gone.</summary>
    [Fact]
    public void Run_LoserStillOnItsWay_IsWaitedFor()
    {
        var result = RegionScenario.Run(639312458095619405);
        Assert.True(result.Violations.Count == 0, result.Report);
    }

    /// <summary>A store gave a dot out again that it had lost, since the number came from the state that stood and not from the writer.</summary>
    [Theory]
    [InlineData(4538658343069326249)]
    [InlineData(439969750118256302)]
    [InlineData(8685010559244376381)]
    public void Run_StoreLosesItsTail_NoDotStandsForTwoValues(long seed)
    {
        var result = RegionScenario.Run(seed);
        Assert.True(result.Violations.Count == 0, result.Report);
    }

    /// <summary>An entry copied again came to its old serial with its old nonce, behind another one than before; and a region heard from nobody of what two others had told each other in a compare.</summary>
    [Theory]
    [InlineData(648498194834941162)]
    [InlineData(4751287035453345325)]
    public void Run_StoreLosesItsTail_NobodyMissesWhatCameInItsPlace(long seed)
    {
        var result = RegionScenario.Run(seed);
        Assert.True(result.Violations.Count == 0, result.Report);
    }

    /// <summary>A delete by a clock that was ahead: its tombstone went everywhere, and a later write by a slower clock stood in its own region only.</summary>
    [Fact]
    public void Run_WriteAfterATombstoneOfAFasterClockWent_StandsEverywhere()
    {
        var result = RegionScenario.Run(1955477369592314968);
        Assert.True(result.Violations.Count == 0, result.Report);
    }

    [Fact]
    public void Run_FreshSeeds_HoldToo()
    {
        var start = Stopwatch.GetTimestamp();
        var runs = 0;
        for (var seed = DateTime.UtcNow.Ticks; Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(4); seed++, runs++)
        {
            var result = RegionScenario.Run(seed);
            Assert.True(result.Violations.Count == 0, result.Report);
        }

        _output.WriteLine($"{runs} seeds");
    }

    [Theory]
    [InlineData(RegionMechanisms.NewEpoch)]
    [InlineData(RegionMechanisms.Reappending)]
#if DEBUG
    [InlineData(RegionMechanisms.TombstonesWait)]
#endif
    public void Run_WithoutOneMechanism_SomeSeedShowsTheHarm(object without)
    {
        var seen = Enumerable.Range(1, 300).Select(s => RegionScenario.Run(s, RegionMechanisms.All & ~(RegionMechanisms)without)).FirstOrDefault(r => r.Violations.Count > 0);
        Assert.NotNull(seen);
        _output.WriteLine(seen.Report);
    }

    [Fact]
    public void Run_SameSeed_DoesTheSame() => Assert.Equal(RegionScenario.Run(7).Steps, RegionScenario.Run(7).Steps);
}
