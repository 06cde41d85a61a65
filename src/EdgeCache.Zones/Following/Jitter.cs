namespace EdgeCache.Zones.Following;

/// <summary>Chance for delays, so that many followers do not act in step (PLANE.md 6). Thread-safe over one injected <see cref="Random"/>.</summary>
internal sealed class Jitter
{
    private readonly Lock _lock = new();
    private readonly Random _random;

    public Jitter(Random random) => _random = random;

    /// <summary>A random number for seeds.</summary>
    public long NextSeed()
    {
        lock (_lock)
        {
            return _random.NextInt64();
        }
    }

    /// <summary>Between zero and <paramref name="limit"/>.</summary>
    public TimeSpan UpTo(TimeSpan limit) => limit * Next();

    /// <summary><paramref name="middle"/>, a tenth more or less.</summary>
    public TimeSpan Around(TimeSpan middle) => middle * (0.9 + (0.2 * Next()));

    /// <summary>The wait before attempt <paramref name="failures"/> + 1: doubling from <paramref name="first"/> to <paramref name="limit"/>, of which half is chance.</summary>
    public TimeSpan BackOff(int failures, TimeSpan first, TimeSpan limit)
    {
        var full = Math.Min(limit.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 16)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * Next())));
    }

    private double Next()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }
}
