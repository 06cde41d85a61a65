namespace EdgeCache.Load.Prediction;

/// <summary>A predicted share with its band: mean and the 2.5 % and 97.5 % quantiles over repetitions.</summary>
public readonly record struct PredictedShare(double Mean, double Low, double High);

/// <summary>
/// Monte Carlo over the measured delays, in the way of Probabilistically Bounded Staleness (Bailis et al., 2012): one key in one cache, Poisson writes and reads,
/// TTL, purges with sampled delay and loss. Pure: the generator is given.
/// </summary>
public static class StaleSimulation
{
    /// <summary>Simulates <paramref name="repetitions"/> runs of <paramref name="seconds"/> each.</summary>
    public static PredictedShare Run(
        double writesPerSecond, double readsPerSecond, double ttlSeconds, PropagationModel plane, double seconds, int repetitions, Random random)
    {
        var shares = new double[repetitions];
        for (var i = 0; i < repetitions; i++)
        {
            shares[i] = Once(writesPerSecond, readsPerSecond, ttlSeconds, plane, seconds, random);
        }

        Array.Sort(shares);
        return new PredictedShare(shares.Average(), Quantile(shares, 0.025), Quantile(shares, 0.975));
    }

    private static double Once(double writes, double reads, double ttl, PropagationModel plane, double seconds, Random random)
    {
        var nextWrite = Gap(writes, random);
        var purges = new PriorityQueue<double, double>();
        double filledAt = double.NegativeInfinity, lastWrite = double.NegativeInfinity;
        long total = 0, stale = 0;
        for (var at = Gap(reads, random); at < seconds; at += Gap(reads, random))
        {
            for (; nextWrite <= at; nextWrite += Gap(writes, random))
            {
                lastWrite = nextWrite;
                if (Arrival(nextWrite, plane, random) is var arrival && double.IsFinite(arrival))
                {
                    purges.Enqueue(arrival, arrival);
                }
            }

            var purgedAt = double.NegativeInfinity;
            while (purges.TryPeek(out var due, out _) && due <= at)
            {
                purgedAt = Math.Max(purgedAt, purges.Dequeue());
            }

            if (at - filledAt >= ttl || purgedAt > filledAt)
            {
                filledAt = at;
            }

            total++;
            stale += lastWrite > filledAt ? 1 : 0;
        }

        return total == 0 ? 0 : (double)stale / total;
    }

    private static double Arrival(double written, PropagationModel plane, Random random)
    {
        if (plane.DelaySeconds.Count == 0)
        {
            return double.PositiveInfinity;
        }

        return random.NextDouble() < plane.HintLoss
            ? written + (plane.CatchUpSeconds * random.NextDouble())
            : written + plane.DelaySeconds[random.Next(plane.DelaySeconds.Count)];
    }

    private static double Gap(double rate, Random random) => rate <= 0 ? double.PositiveInfinity : -Math.Log(1 - random.NextDouble()) / rate;

    private static double Quantile(double[] sorted, double q) => sorted[(int)Math.Clamp(q * sorted.Length, 0, sorted.Length - 1)];
}
