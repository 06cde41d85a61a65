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

    /// <summary>The longest first, so that none is left alone at the end.</summary>
    private static readonly Dictionary<string, Func<Scenario, Scenario>> Short = new()
    {
        ["edge-partition"] = s => s with { Seconds = 18, AllowedMilliseconds = 10_000, Faults = [s.Faults[0] with { AtSeconds = 1, Seconds = 16 }], Target = s.Target with { Edges = 1 }, Gate = Bound() },
        ["redis-outage"] = s => s with
        {
            Seconds = 14,
            Keys = s.Keys with { Count = 40 },
            AllowedMilliseconds = 4000,
            Faults = [s.Faults[0] with { AtSeconds = 2, Seconds = 3 }],
            Target = s.Target with { Edges = 1 },
            Gate = Bound(),
        },
        ["ttl-only"] = s => s with { Seconds = 7, TtlSeconds = 1, AllowedMilliseconds = 3000, Target = s.Target with { Edges = 1 } },
        ["purge"] = s => s with { Seconds = 7, AllowedMilliseconds = 4000, Gate = Bound(0.3), Target = s.Target with { Edges = 1 } },
        ["purge-loss"] = s => s with { Seconds = 10, AllowedMilliseconds = 4000, Target = s.Target with { HintLoss = 0.5, Edges = 1 }, Gate = Bound() },
        ["read-your-writes"] = s => s with { Seconds = 8 },
        ["feed"] = s => s with { Seconds = 10 },
        ["dns-ttl"] = s => s with { Seconds = 7, TtlSeconds = 1, AllowedMilliseconds = 3500 },
        ["dns-push"] = s => s with { Seconds = 7, AllowedMilliseconds = 4000, Gate = Bound(0.3) },
        ["lazy-replication"] = s => s with { Seconds = 7, AllowedMilliseconds = 5000, Gate = Bound(0.4) },
        ["two-regions"] = s => s with { Seconds = 7, AllowedMilliseconds = 4000, Gate = Bound(0.3) },
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

    /// <summary>
    /// Runs all of them, a few at a time: most of each is waiting. What a machine that was too busy has spoilt is run once more, alone.
    /// </summary>
    public sealed class Proofs : IDisposable
    {
        private const int AtOnce = 6;
        private readonly SemaphoreSlim _free = new(AtOnce);
        private readonly SemaphoreSlim _alone = new(1);
        private readonly Dictionary<string, Lazy<Task<GateProof>>> _running;

        public Proofs()
        {
            // The processes live for seconds: a third of their work would be the compiler's second thoughts.
            Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
            Environment.SetEnvironmentVariable("DOTNET_TC_CallCounting", "0");
            _running = Short.ToDictionary(s => s.Key, s => new Lazy<Task<GateProof>>(() => ProveAsync(s.Key, s.Value)));
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

        public void Dispose()
        {
            _free.Dispose();
            _alone.Dispose();
        }

        private async Task<GateProof> ProveAsync(string name, Func<Scenario, Scenario> shorten)
        {
            var scenario = ScenarioFile.Parse(await File.ReadAllTextAsync(ShippedScenariosTests.PathOf(name + ".json"), CancellationToken.None), out _)!;
            scenario = shorten(scenario) with { WarmUpSeconds = 1, MaxSchedulingLagMilliseconds = 60_000, Reads = scenario.Reads with { Rate = 80 } };
            var halves = await Task.WhenAll(AmongOthersAsync(scenario, null), AmongOthersAsync(scenario, scenario.SeededDefect));
            var proof = new GateProof(halves[0], halves[1]);
            return proof.IsProven ? proof : await AloneAsync(scenario);
        }

        private async Task<RunReport> AmongOthersAsync(Scenario scenario, SeededDefect? defect)
        {
            await _free.WaitAsync(CancellationToken.None);
            try
            {
                return await RunAsync(scenario, defect);
            }
            finally
            {
                _free.Release();
            }
        }

        private async Task<GateProof> AloneAsync(Scenario scenario)
        {
            // One at a time gathers all places, so that two do not wait for each other.
            await _alone.WaitAsync(CancellationToken.None);
            for (var i = 0; i < AtOnce; i++)
            {
                await _free.WaitAsync(CancellationToken.None);
            }

            try
            {
                return new GateProof(await RunAsync(scenario, null), await RunAsync(scenario, scenario.SeededDefect));
            }
            finally
            {
                _free.Release(AtOnce);
                _alone.Release();
            }
        }

        private static Task<RunReport> RunAsync(Scenario scenario, SeededDefect? defect) =>
            GateProof.OnceAsync(scenario, EdgeCacheProgram.Find(null), defect, triesGenerator: false, _ => { }, CancellationToken.None);
    }
}
