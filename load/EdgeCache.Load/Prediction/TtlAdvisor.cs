namespace EdgeCache.Load.Prediction;

/// <summary>An advice: the longest TTL within a stale budget, what it costs upstream, and what that saves beside another TTL.</summary>
public readonly record struct TtlAdvice(double TtlSeconds, double StaleShare, double UpstreamPerSecond, double HitRatio);

/// <summary>Turns the prediction round: for a budget of stale answers, the longest TTL. Pure.</summary>
public static class TtlAdvisor
{
    /// <summary>Longest TTL that is ever advised, seconds: a week.</summary>
    public const double LongestTtl = 604_800;

    /// <summary>The longest TTL, 0…<see cref="LongestTtl"/> s, whose stale share stays within <paramref name="budget"/> (0…1); the share grows with the TTL, so bisection finds it.</summary>
    public static TtlAdvice Advise(double writesPerSecond, double readsPerSecond, double budget, double delaySeconds = 0, double loss = 1)
    {
        double low = 0, high = LongestTtl;
        if (Share(high) <= budget)
        {
            low = high;
        }

        for (var i = 0; i < 60 && low < high; i++)
        {
            var middle = (low + high) / 2;
            if (Share(middle) <= budget)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return Describe(writesPerSecond, readsPerSecond, low, delaySeconds, loss);

        double Share(double ttl) => StaleShare.WithPurge(writesPerSecond, readsPerSecond, ttl, delaySeconds, loss);
    }

    /// <summary>What a TTL means. With purges a copy also ends at the first delivered one.</summary>
    public static TtlAdvice Describe(double writesPerSecond, double readsPerSecond, double ttlSeconds, double delaySeconds = 0, double loss = 1)
    {
        // One fill per cycle of one fill and the reads of the copy's life.
        var perCycle = (readsPerSecond * StaleShare.LifeSeconds(writesPerSecond, ttlSeconds, delaySeconds, loss)) + 1;
        return new TtlAdvice(
            ttlSeconds, StaleShare.WithPurge(writesPerSecond, readsPerSecond, ttlSeconds, delaySeconds, loss), readsPerSecond / perCycle, 1 - (1 / perCycle));
    }
}
