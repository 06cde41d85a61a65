using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Tests.Scenarios;
using EdgeCache.Load.Topology;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

/// <summary>
/// A gate that cannot go red is worthless: a short form of each scenario runs as it is and with its seeded defect. In full: <c>edgecache-load prove</c>.
/// Bounds are wide and defects wider, so that a busy machine changes nothing.
/// </summary>
public sealed class GateProofTests(GateProofTests.Proofs proofs) : IClassFixture<GateProofTests.Proofs>
{
    public static TheoryData<string> Names() => [.. Short.Keys];

    private static readonly Dictionary<string, Func<Scenario, Scenario>> Short = new()
    {
        ["ttl-only"] = s => s with { Seconds = 7, TtlSeconds = 1, AllowedMilliseconds = 3000 },
        ["purge"] = s => s with { Seconds = 7, AllowedMilliseconds = 4000, Gate = Bound(0.3) },
        ["purge-loss"] = s => s with { Seconds = 10, AllowedMilliseconds = 4000, Target = s.Target with { HintLoss = 0.5 }, Gate = Bound() },
        ["redis-outage"] = s => s with
        {
            Seconds = 14, Keys = s.Keys with { Count = 40 }, AllowedMilliseconds = 4000, Faults = [s.Faults[0] with { AtSeconds = 2, Seconds = 3 }], Gate = Bound(),
        },
        ["read-your-writes"] = s => s with { Seconds = 8 },
        ["edge-partition"] = s => s with { Seconds = 18, AllowedMilliseconds = 10_000, Faults = [s.Faults[0] with { AtSeconds = 1, Seconds = 16 }], Gate = Bound() },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Gate_OfAScenario_HoldsAndGoesRedWithItsDefect(string name)
    {
        Assert.SkipUnless(ProgramPath.Has("redis-server"), "redis-server is not installed");
        var proof = await proofs.Of(name);
        Assert.True(proof.Sound.Passed, ReportConsole.Write(proof.Sound));
        Assert.Null(proof.Defective.Void);
        Assert.False(proof.Defective.Passed, ReportConsole.Write(proof.Defective));
        Assert.Equal(proof.Sound.Scenario.SeededDefect, proof.Defective.SeededDefect);
    }

    private static GatePlan Bound(double? maxStaleRate = null) => new() { MaxStaleRate = maxStaleRate, NoViolations = ["bound"] };

    /// <summary>Runs all of them, a few at a time: most of each is waiting.</summary>
    public sealed class Proofs : IDisposable
    {
        private const int AtOnce = 4;
        private readonly SemaphoreSlim _free = new(AtOnce);
        private readonly Dictionary<string, Lazy<Task<GateProof>>> _running;

        public Proofs()
        {
            _running = Short.ToDictionary(s => s.Key, s => new Lazy<Task<GateProof>>(() => RunAsync(s.Key, s.Value)));
        }

        public Task<GateProof> Of(string name)
        {
            // The first to ask starts all.
            foreach (var one in _running.Values)
            {
                _ = one.Value;
            }

            return _running[name].Value;
        }

        public void Dispose() => _free.Dispose();

        private async Task<GateProof> RunAsync(string name, Func<Scenario, Scenario> shorten)
        {
            await _free.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                var scenario = ScenarioFile.Parse(await File.ReadAllTextAsync(ShippedScenariosTests.PathOf(name + ".json"), CancellationToken.None), out _)!;
                scenario = shorten(scenario) with { WarmUpSeconds = 1, MaxSchedulingLagMilliseconds = 1000, Reads = scenario.Reads with { Rate = 150 } };
                return await GateProof.RunAsync(scenario, EdgeCacheProgram.Find(null), _ => { }, CancellationToken.None, triesGenerator: false);
            }
            finally
            {
                _free.Release();
            }
        }
    }
}
