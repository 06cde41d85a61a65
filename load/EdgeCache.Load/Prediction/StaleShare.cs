namespace EdgeCache.Load.Prediction;

/// <summary>
/// Closed forms for the share of answers that are stale: Poisson writes at rate λ, Poisson reads at rate r per key and cache, a cache that fills at the
/// first read after its copy expired and keeps the copy for T seconds.
/// </summary>
public static class StaleShare
{
    /// <summary>
    /// Without purges. A cycle is one fill, then the reads of T seconds: rT + 1 answers, of which r(T − (1 − e^(−λT))/λ) come after the first write since the fill.
    /// </summary>
    public static double TtlOnly(double writesPerSecond, double readsPerSecond, double ttlSeconds)
    {
        if (writesPerSecond <= 0 || ttlSeconds <= 0 || readsPerSecond <= 0)
        {
            return 0;
        }

        return readsPerSecond * StaleSeconds(writesPerSecond, ttlSeconds) / ((readsPerSecond * ttlSeconds) + 1);
    }

    /// <summary>
    /// With purges that arrive after <paramref name="delaySeconds"/> (d) and are lost with probability <paramref name="loss"/>, no catch-up. Delivered writes come at
    /// δ = λ(1 − loss). A copy lives d + (1 − e^(−δ(T−d)))/δ seconds and is right until the first write of any kind, (1 − e^(−λT))/λ; the rest of its life it is stale.
    /// Exact at loss 1; elsewhere right up to the order of λd, since purges of writes before the fill are left out.
    /// </summary>
    public static double WithPurge(double writesPerSecond, double readsPerSecond, double ttlSeconds, double delaySeconds, double loss)
    {
        if (writesPerSecond <= 0 || ttlSeconds <= 0 || readsPerSecond <= 0)
        {
            return 0;
        }

        var life = LifeSeconds(writesPerSecond, ttlSeconds, delaySeconds, loss);
        var stale = life - FreshSeconds(writesPerSecond, ttlSeconds);
        return Math.Max(0, readsPerSecond * stale / ((readsPerSecond * life) + 1));
    }

    /// <summary>Mean life of a copy, seconds: until its TTL ends or the first delivered purge arrives.</summary>
    public static double LifeSeconds(double writesPerSecond, double ttlSeconds, double delaySeconds, double loss)
    {
        var delay = Math.Min(delaySeconds, ttlSeconds);
        return delay + FreshSeconds(writesPerSecond * (1 - loss), ttlSeconds - delay);
    }

    private static double StaleSeconds(double rate, double ttl) => ttl - FreshSeconds(rate, ttl);

    // E[min(exponential time of the rate, limit)]; the first terms of the series where 1 - e^-x would lose digits.
    private static double FreshSeconds(double rate, double limit)
    {
        var x = rate * limit;
        return x < 1e-5 ? limit * (1 - (x / 2) + (x * x / 6)) : (1 - Math.Exp(-x)) / rate;
    }
}
