using System.Diagnostics;
using EdgeCache.Simulation.Propagation;
using Xunit;

namespace EdgeCache.Simulation.Tests.Propagation;

public sealed class PropagationScenarioTests
{
    private readonly ITestOutputHelper _output;

    public PropagationScenarioTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void Run_FixedSeeds_NothingPurgedIsServedAsFresh() => RunAll(Enumerable.Range(1, 60).Select(s => (long)s), TimeSpan.MaxValue);

    [Fact]
    public void Run_FreshSeeds_NothingPurgedIsServedAsFresh()
    {
        var seeds = new Random();
        RunAll(Enumerable.Range(0, 1_000).Select(_ => seeds.NextInt64(1, 1L << 40)), TimeSpan.FromSeconds(4));
    }

    /// <summary>An edge read its zone anew while the store failed over, and served what a lost purge had covered.</summary>
    [Fact]
    public void Run_FailoverWhileAZoneIsReadAnew_NothingPurgedIsServedAsFresh() => RunAll([1308157664866846147], TimeSpan.MaxValue);

    [Fact]
    public void Run_SameSeedTwice_DoesTheSame()
    {
        var (first, second) = (PropagationScenario.Run(17), PropagationScenario.Run(17));
        Assert.Equal((first.Steps, first.Hits, first.Purges, first.Resyncs), (second.Steps, second.Hits, second.Purges, second.Resyncs));
    }

    private void RunAll(IEnumerable<long> seeds, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        long runs = 0, hits = 0, purges = 0, resyncs = 0, possiblyOld = 0;
        foreach (var seed in seeds.TakeWhile(_ => watch.Elapsed < limit))
        {
            var result = PropagationScenario.Run(seed);
            Assert.True(result.Violations.Count == 0, result.Report);
            (runs, hits, purges, resyncs, possiblyOld) = (runs + 1, hits + result.Hits, purges + result.Purges, resyncs + result.Resyncs, possiblyOld + result.PossiblyOld);
        }

        _output.WriteLine($"{runs} seeds ({runs / watch.Elapsed.TotalMinutes:0} a minute): {hits} fresh hits, {purges} purges, {resyncs} resyncs, {possiblyOld} answers possibly old");
        Assert.True(hits > runs * 100, $"only {hits} hits in {runs} runs: the check would see nothing");
        Assert.True(resyncs > 0);
        Assert.True(possiblyOld > 0 || runs < 20);
    }

#if DEBUG
    [Theory]
    [InlineData(Mechanisms.Floors)]
    [InlineData(Mechanisms.Horizon)]
    [InlineData(Mechanisms.Ticks)]
    [InlineData(Mechanisms.GapDetection)]
    [InlineData(Mechanisms.ResyncFloor)]
    [InlineData(Mechanisms.Tokens)]
    [InlineData(Mechanisms.Recovery)]
    [InlineData(Mechanisms.Reappending)]
    [InlineData(Mechanisms.Unproven)]
    public void Run_WithoutOneMechanism_SomeSeedShowsTheHarm(object without)
    {
        var seen = Enumerable.Range(1, 200).Select(s => PropagationScenario.Run(s, Mechanisms.All & ~(Mechanisms)without)).FirstOrDefault(r => r.Violations.Count > 0);
        Assert.NotNull(seen);
        _output.WriteLine(seen.Report);
    }
#endif
}
