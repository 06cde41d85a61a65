namespace EdgeCache.Load.Arrivals;

/// <summary>One stretch of a load: the rate goes in a straight line from <see cref="From"/> to <see cref="To"/>, per second.</summary>
public readonly record struct RateSegment(TimeSpan Duration, double From, double To);

/// <summary>
/// Wanted arrival rate over time: constant, steps and ramps are segments. Immutable, thread-safe.
/// </summary>
public sealed class RateProfile
{
    private readonly RateSegment[] _segments;

    /// <summary>Joins segments.</summary>
    /// <exception cref="ArgumentException">A rate is negative or not finite, or a duration is not positive.</exception>
    public RateProfile(IEnumerable<RateSegment> segments)
    {
        _segments = [.. segments];
        foreach (var s in _segments)
        {
            if (!double.IsFinite(s.From) || !double.IsFinite(s.To) || s.From < 0 || s.To < 0 || s.Duration <= TimeSpan.Zero)
            {
                throw new ArgumentException($"a segment needs a positive duration and rates of 0 or more per second: {s}", nameof(segments));
            }
        }

        Duration = _segments.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Duration);
        Peak = _segments.Length == 0 ? 0 : _segments.Max(s => Math.Max(s.From, s.To));
    }

    /// <summary>Length of the whole.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Highest rate, per second.</summary>
    public double Peak { get; }

    /// <summary>The same rate all the time.</summary>
    public static RateProfile Constant(double rate, TimeSpan duration) => new([new RateSegment(duration, rate, rate)]);

    /// <summary>The rate at a time, per second; 0 outside.</summary>
    public double At(TimeSpan time)
    {
        var start = TimeSpan.Zero;
        foreach (var s in _segments)
        {
            if (time < start + s.Duration)
            {
                return s.From + ((s.To - s.From) * ((time - start) / s.Duration));
            }

            start += s.Duration;
        }

        return 0;
    }
}
