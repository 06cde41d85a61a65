using System.Globalization;
using System.Text;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Grid;

/// <summary>How well predictions fit: write rate × TTL × hint loss, all measured in one run of three edges with different losses, beside what the model says.</summary>
internal static class PredictionGrid
{
    private const int KeysPerCell = 8;
    private const double ReadsPerKeyAndNode = 2;
    private const double HeartbeatSeconds = 0.5;
    private const int Repetitions = 200;
    private const int Seed = 11;
    private static readonly double[] Writes = [0.05, 0.2, 0.8];
    private static readonly double[] Ttls = [2, 5, 15];
    private static readonly bool[] Purges = [false, true];
    private static readonly double[] Losses = [0, 0.3, 1];

    /// <summary>Measures; the answer is a Markdown table with a line of summary. Null when it was interrupted.</summary>
    public static async Task<string?> RunAsync(IReadOnlyList<string> program, double seconds, Action<string> progress, CancellationToken cancellation)
    {
        var plan = new CellPlan(from purge in Purges from w in Writes from t in Ttls select (w, t, purge), KeysPerCell);
        var scenario = new Scenario
        {
            Name = "grid",
            Chapter = "",
            Expect = "",
            Keys = new KeyPlan { Count = plan.Keys },
            Target = new TargetPlan { Edges = Losses.Length },
            TtlSeconds = 1,
        };
        var shape = new EnvironmentShape { TtlOfKey = plan.TtlOf, LossOfEdge = number => Losses[number - 1] };
        await using var environment = await EdgeCacheEnvironment.StartAsync(scenario, program, null, cancellation, shape);
        var run = new CellRun(plan, environment, ReadsPerKeyAndNode, Seed);
        var results = await run.GoAsync(seconds, progress, cancellation);
        return cancellation.IsCancellationRequested ? null : Table(plan, results, run.ProbedDelays, seconds);
    }

    private static string Table(CellPlan plan, IReadOnlyList<CellResult> results, IReadOnlyList<double> delays, double seconds)
    {
        var random = new Random(Seed);
        var text = new StringBuilder("| writes/s per key | TTL s | no purge: predicted, measured |");
        text.Append(string.Concat(Losses.Select(l => $" purge, {l:P0} of hints lost |"))).Append("\n|---|---|---|---|---|---|\n");
        int inside = 0, all = 0;
        foreach (var w in Writes)
        {
            foreach (var t in Ttls)
            {
                var never = Sum(results.Where(r => !r.Cell.Purge && Same(r.Cell, w, t)));
                text.Append(CultureInfo.InvariantCulture, $"| {w} | {t} | {Fit(never, new PropagationModel { DelaySeconds = [] }, w, t, Losses.Length)} |");
                for (var node = 0; node < Losses.Length; node++)
                {
                    var plane = new PropagationModel
                    {
                        DelaySeconds = delays,
                        HintLoss = Losses[node],
                        CatchUpSeconds = HeartbeatSeconds,
                        RevealedPerSecond = plan.PurgesPerSecond * (1 - Losses[node]),
                    };
                    text.Append(CultureInfo.InvariantCulture, $" {Fit(Sum(results.Where(r => r.Cell.Purge && Same(r.Cell, w, t) && r.Node == node)), plane, w, t, 1)} |");
                }

                text.Append('\n');
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{inside} of {all} measurements lie inside the 95 % band of their prediction (~ marks the others); {seconds:F0} s, {ReadsPerKeyAndNode} reads/s per key and edge, {delays.Count} probed delays.");
        return text.ToString();

        string Fit(StaleCount measured, PropagationModel plane, double writes, double ttl, int nodes)
        {
            var shares = new double[Repetitions];
            for (var i = 0; i < Repetitions; i++)
            {
                var sum = default(StaleCount);
                for (var key = 0; key < KeysPerCell; key++)
                {
                    var times = StaleSimulation.Writes(writes, 5, seconds, random);
                    for (var node = 0; node < nodes; node++)
                    {
                        sum += StaleSimulation.Count(times, ReadsPerKeyAndNode, ttl, plane, 5, seconds, random);
                    }
                }

                shares[i] = sum.Share;
            }

            var band = StaleSimulation.Band(shares);
            var isInside = measured.Share >= band.Low && measured.Share <= band.High;
            all++;
            inside += isInside ? 1 : 0;
            return $"{band.Mean:P2}, {(isInside ? "" : "~")}{measured.Share:P2}";
        }
    }

    private static bool Same(Cell cell, double writes, double ttl) => cell.WritesPerSecond.Equals(writes) && cell.TtlSeconds.Equals(ttl);

    private static StaleCount Sum(IEnumerable<CellResult> results) => results.Aggregate(default(StaleCount), (sum, r) => sum + r.Count);
}
