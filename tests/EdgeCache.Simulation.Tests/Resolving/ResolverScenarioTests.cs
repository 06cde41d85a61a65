using System.Diagnostics;
using EdgeCache.Simulation.Resolving;
using Xunit;

namespace EdgeCache.Simulation.Tests.Resolving;

public sealed class ResolverScenarioTests
{
    private readonly ITestOutputHelper _output;

    public ResolverScenarioTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void Run_FixedSeeds_NothingOldIsGivenForFresh() => RunAll(Enumerable.Range(1, 60).Select(s => (long)s));

    /// <summary>Servers that had not read the log of after a failover yet: their serials were taken for newer ones, and what they said while a resolver read the zone anew was kept.</summary>
    [Fact]
    public void Run_ServersOfALogThatIsGone_NothingOldIsGivenForFresh() => RunAll([738139618578, 626248250404, 1087939963170, 206471637506]);

    /// <summary>A resolver that started while the store was empty had learnt names before it knew of their zone.</summary>
    [Fact]
    public void Run_ZoneBecomesKnownLater_NothingOldIsGivenForFresh() => RunAll([2616181151847808028]);

    /// <summary>A resolver that heard nothing for longer than it takes to give up: it looks at what it has learnt before it knows of the zone with every question, as the real one does.</summary>
    [Fact]
    public void Run_FirstAnswerOfTheDirectoryIsLost_NothingOldIsGivenForFresh() => RunAll([1819677713456364418]);

    /// <summary>A resolver that was started while the log could not be reached knew of no zone, and kept what it learnt for its whole time to live.</summary>
    [Fact]
    public void Run_StartedWithoutTheLog_KeepsNothingForLongerThanTheDegradedTtl() => RunAll([3520118400652999016]);

    [Fact]
    public void Run_FreshSeeds_HoldToo()
    {
        var start = Stopwatch.GetTimestamp();
        var runs = 0;
        for (var seed = DateTime.UtcNow.Ticks; Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(4); seed++, runs++)
        {
            var result = ResolverScenario.Run(seed);
            Assert.True(result.Violations.Count == 0, result.Report);
        }

        _output.WriteLine($"{runs} seeds");
    }

    private void RunAll(IEnumerable<long> seeds)
    {
        var watch = Stopwatch.StartNew();
        long runs = 0, hits = 0, old = 0;
        foreach (var seed in seeds)
        {
            var result = ResolverScenario.Run(seed);
            Assert.True(result.Violations.Count == 0, result.Report);
            (runs, hits, old) = (runs + 1, hits + result.Acts, old + result.Effects);
        }

        _output.WriteLine($"{runs} seeds ({runs / watch.Elapsed.TotalMinutes:0} a minute): {hits} answers out of caches, {old} of them old and rightly given");
        Assert.True(hits > runs * 300, $"only {hits} hits in {runs} runs: the check would see nothing");
        Assert.True(old > 0);
    }

#if DEBUG
    [Theory]
    [InlineData(ResolverMechanisms.Floors)]
    [InlineData(ResolverMechanisms.MarkBeforeAsking)]
    [InlineData(ResolverMechanisms.Versions)]
    [InlineData(ResolverMechanisms.Health)]
    [InlineData(ResolverMechanisms.Lifetimes)]
    [InlineData(ResolverMechanisms.EarlierLives)]
    public void Run_WithoutOneMechanism_SomeSeedShowsTheHarm(object without)
    {
        var seen = Enumerable.Range(1, 200).Select(s => ResolverScenario.Run(s, ResolverMechanisms.All & ~(ResolverMechanisms)without)).FirstOrDefault(r => r.Violations.Count > 0);
        Assert.NotNull(seen);
        _output.WriteLine(seen.Report);
    }
#endif
}
