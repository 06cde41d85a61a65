using EdgeCache.Load.Keys;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>What share of stale answers a scenario should show, key by key, weighted by how often each is read. Pure.</summary>
internal static class Predictor
{
    private const int ClosedFormKeys = 100_000;
    private const int Repetitions = 40;

    /// <summary>
    /// Without purges: the closed form of the mean, and the band of runs as short as this one by Monte Carlo. With purges: Monte Carlo over the measured delays.
    /// Reads of a key are spread over the nodes, each with its own copy.
    /// </summary>
    public static (PredictedShare Share, string By) Predict(Scenario scenario, IKeyChooser keys, int nodes, IReadOnlyList<double> delaySeconds)
    {
        var purge = scenario.Writes.Purge;
        var plane = new PropagationModel
        {
            DelaySeconds = purge && delaySeconds.Count > 0 ? delaySeconds : purge ? [0d] : [],
            HintLoss = 0,
        };
        var random = new Random(scenario.Seed);
        double mean = 0, low = 0, high = 0;
        for (var key = 0; key < Math.Min(keys.Count, ClosedFormKeys); key++)
        {
            var share = keys.Share(key);
            var reads = scenario.Reads.Rate * share / nodes;
            var writes = scenario.Writes.Rate * (scenario.Writes.LikeReads ? share : 1d / keys.Count);
            var band = StaleSimulation.Run(writes, reads, scenario.TtlSeconds, plane, scenario.Seconds, Repetitions, random);
            var closed = purge ? band.Mean : StaleShare.TtlOnly(writes, reads, scenario.TtlSeconds);
            mean += share * closed;
            low += share * band.Low;
            high += share * band.High;
        }

        // The band of a sum of independent keys is narrower than the sum of the bands: half-widths add in squares. Kept simple and wide on purpose:
        // a band that is left means something.
        return (new PredictedShare(mean, low, high), purge ? "Monte Carlo over the measured delays" : "closed form; band by Monte Carlo");
    }
}
