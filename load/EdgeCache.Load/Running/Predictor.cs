using EdgeCache.Load.Keys;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>What was predicted for one key.</summary>
public sealed record PredictedKey(int Key, PredictedShare Share);

/// <summary>What share of stale answers a scenario should show: as a whole, and for the keys read most.</summary>
public sealed record RunPrediction(PredictedShare Share, string By, IReadOnlyList<PredictedKey> Keys);

/// <summary>Predicts a run from its scenario and the delays measured before it. Pure.</summary>
internal static class Predictor
{
    /// <summary>Keys predicted one by one.</summary>
    public const int KeysShown = 12;

    private const int Repetitions = 200;
    private const double EventBudget = 20_000_000;

    /// <summary>
    /// Without purges: the closed form of the mean, and the band of runs as short as this one by Monte Carlo. With purges: Monte Carlo over the measured delays.
    /// Reads of a key are spread over the nodes, each with its own copy; all copies see the same writes. Null where no model fits.
    /// </summary>
    public static RunPrediction? Predict(Scenario scenario, IKeyChooser keys, int nodes, IReadOnlyList<double> delaySeconds)
    {
        var purge = scenario.Writes.Purge;
        if (scenario.Reads.Consistency is not (null or "eventual") || scenario.Feed || (purge && delaySeconds.Count == 0))
        {
            return null;
        }

        var plane = new PropagationModel { DelaySeconds = purge ? delaySeconds : [] };
        var random = new Random(scenario.Seed);
        var planes = Enumerable.Range(0, Repetitions).Select(_ => Resampled(plane, random)).ToArray();
        var (readRate, writeRate) = (scenario.Reads.MeanRate(scenario.Seconds), scenario.Writes.MeanRate(scenario.Seconds));
        var events = (readRate + writeRate) * (scenario.Seconds + scenario.WarmUpSeconds);
        var repetitions = (int)Math.Clamp(EventBudget / Math.Max(events, 1), 10, Repetitions);
        var totals = new StaleCount[repetitions];
        var shown = new List<PredictedKey>();
        var closed = 0d;
        for (var key = 0; key < keys.Count; key++)
        {
            var share = keys.Share(key);
            var reads = readRate * share / nodes;
            var writes = writeRate * (scenario.Writes.LikeReads ? share : 1d / keys.Count);
            var shares = new double[repetitions];
            for (var i = 0; i < repetitions; i++)
            {
                var count = Once(scenario, writes, reads, nodes, planes[i], random);
                totals[i] += count;
                shares[i] = count.Share;
            }

            closed += share * (purge ? 0 : StaleShare.TtlOnly(writes, reads, scenario.TtlSeconds));
            if (key < KeysShown)
            {
                shown.Add(new PredictedKey(key, StaleSimulation.Band(shares)));
            }
        }

        var band = StaleSimulation.Band([.. totals.Select(t => t.Share)]);
        return purge
            ? new RunPrediction(band, $"Monte Carlo over {delaySeconds.Count} delays probed beside the run", shown)
            : new RunPrediction(band with { Mean = closed }, "closed form; band by Monte Carlo", shown);
    }

    // The delays are a sample themselves: each repetition draws its own from them (bootstrap), so that the band knows how little a small sample says.
    private static PropagationModel Resampled(PropagationModel plane, Random random) =>
        plane with { DelaySeconds = [.. plane.DelaySeconds.Select(_ => plane.DelaySeconds[random.Next(plane.DelaySeconds.Count)])] };

    private static StaleCount Once(Scenario scenario, double writes, double reads, int nodes, PropagationModel plane, Random random)
    {
        var times = StaleSimulation.Writes(writes, scenario.WarmUpSeconds, scenario.Seconds, random);
        var sum = default(StaleCount);
        for (var node = 0; node < nodes; node++)
        {
            sum += StaleSimulation.Count(times, reads, scenario.TtlSeconds, plane, scenario.WarmUpSeconds, scenario.Seconds, random);
        }

        return sum;
    }
}
