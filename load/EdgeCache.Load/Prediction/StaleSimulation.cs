namespace EdgeCache.Load.Prediction;

/// <summary>A predicted share with its band: mean and the 2.5 % and 97.5 % quantiles over repetitions.</summary>
public readonly record struct PredictedShare(double Mean, double Low, double High);

/// <summary>Answers and how many of them were stale.</summary>
public readonly record struct StaleCount(long Answers, long Stale)
{
    /// <summary>Stale per answer; 0 without answers.</summary>
    public double Share => Answers == 0 ? 0 : (double)Stale / Answers;

    /// <summary>Both together.</summary>
    public static StaleCount operator +(StaleCount a, StaleCount b) => new(a.Answers + b.Answers, a.Stale + b.Stale);
}

/// <summary>
/// Monte Carlo over the measured delays, in the way of Probabilistically Bounded Staleness (Bailis et al., 2012): one key in one cache, Poisson writes and reads,
/// TTL, purges with sampled delay and loss. Pure: the generator is given.
/// </summary>
public static class StaleSimulation
{
    /// <summary>Simulates <paramref name="repetitions"/> runs of <paramref name="seconds"/> each of one key in one cache, from a cold start.</summary>
    public static PredictedShare Run(
        double writesPerSecond, double readsPerSecond, double ttlSeconds, PropagationModel plane, double seconds, int repetitions, Random random)
    {
        var shares = new double[repetitions];
        for (var i = 0; i < repetitions; i++)
        {
            shares[i] = Count(Writes(writesPerSecond, 0, seconds, random), readsPerSecond, ttlSeconds, plane, 0, seconds, random).Share;
        }

        return Band(shares);
    }

    /// <summary>Mean and band of repeated shares; sorts them.</summary>
    public static PredictedShare Band(double[] shares)
    {
        Array.Sort(shares);
        return new PredictedShare(shares.Average(), Quantile(shares, 0.025), Quantile(shares, 0.975));
    }

    /// <summary>Times of Poisson writes from −<paramref name="warmUp"/> to <paramref name="seconds"/>, ascending: all caches of a key see the same.</summary>
    public static List<double> Writes(double perSecond, double warmUp, double seconds, Random random)
    {
        var times = new List<double>();
        for (var at = Gap(perSecond, random) - warmUp; at < seconds; at += Gap(perSecond, random))
        {
            times.Add(at);
        }

        return times;
    }

    /// <summary>Reads one cache from −<paramref name="warmUp"/> on; counts what is read from 0 to <paramref name="seconds"/>.</summary>
    public static StaleCount Count(
        IReadOnlyList<double> writes, double readsPerSecond, double ttl, PropagationModel plane, double warmUp, double seconds, Random random)
    {
        var purges = new PriorityQueue<double, double>();
        double filledAt = double.NegativeInfinity, lastWrite = double.NegativeInfinity;
        var written = 0;
        long total = 0, stale = 0;
        for (var at = Gap(readsPerSecond, random) - warmUp; at < seconds; at += Gap(readsPerSecond, random))
        {
            for (; written < writes.Count && writes[written] <= at; written++)
            {
                lastWrite = writes[written];
                if (Arrival(lastWrite, plane, random) is var arrival && double.IsFinite(arrival))
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

            if (at >= 0)
            {
                total++;
                stale += lastWrite > filledAt ? 1 : 0;
            }
        }

        return new StaleCount(total, stale);
    }

    private static double Arrival(double written, PropagationModel plane, Random random)
    {
        if (random.NextDouble() < plane.HintLoss)
        {
            return written + Math.Min(plane.CatchUpSeconds * random.NextDouble(), Gap(plane.RevealedPerSecond, random));
        }

        return plane.DelaySeconds.Count == 0 ? double.PositiveInfinity : written + plane.DelaySeconds[random.Next(plane.DelaySeconds.Count)];
    }

    private static double Gap(double rate, Random random) => rate <= 0 ? double.PositiveInfinity : -Math.Log(1 - random.NextDouble()) / rate;

    private static double Quantile(double[] sorted, double q) => sorted[(int)Math.Clamp(q * sorted.Length, 0, sorted.Length - 1)];
}
