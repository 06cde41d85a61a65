using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Running;

/// <summary>A scenario run twice: as it is, and with its seeded defect. A gate that cannot go red is worthless.</summary>
public sealed record GateProof(RunReport Sound, RunReport Defective)
{
    /// <summary>True when the gate held without the defect and broke with it; a void run proves nothing.</summary>
    public bool IsProven => Sound.Passed && Defective is { Void: null, Passed: false };

    /// <summary>Runs both, one after the other. <paramref name="program"/> must be a test build.</summary>
    /// <exception cref="InvalidOperationException">The scenario names no defect, or the processes could not be started.</exception>
    public static async Task<GateProof> RunAsync(Scenario scenario, IReadOnlyList<string> program, Action<string> progress, CancellationToken cancellation)
    {
        if (scenario.SeededDefect is not { } defect)
        {
            throw new InvalidOperationException($"{scenario.Name}: seededDefect is not given, so its gate cannot be shown to go red");
        }

        return new GateProof(await HalfAsync(null, "sound"), await HalfAsync(defect, $"{defect}"));

        Task<RunReport> HalfAsync(SeededDefect? seeded, string how)
        {
            void Progress(string line) => progress($"{scenario.Name} ({how}): {line}");
            return UndisturbedRun.RunAsync(scenario, () => OnceAsync(scenario, program, seeded, true, Progress, cancellation), Progress, cancellation);
        }
    }

    /// <summary>One half of a proof, once.</summary>
    internal static async Task<RunReport> OnceAsync(
        Scenario scenario, IReadOnlyList<string> program, SeededDefect? seeded, bool triesGenerator, Action<string> progress, CancellationToken cancellation)
    {
        await using var environment = await EdgeCacheEnvironment.StartAsync(scenario, program, seeded, cancellation);
        return await new Experiment(scenario, GateLimits.Of(scenario.Gate), TimeProvider.System) { Progress = progress, TriesGenerator = triesGenerator }.RunAsync(environment, cancellation);
    }
}
