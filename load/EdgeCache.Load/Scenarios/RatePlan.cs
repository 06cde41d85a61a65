using System.ComponentModel.DataAnnotations;
using EdgeCache.Load.Arrivals;

namespace EdgeCache.Load.Scenarios;

/// <summary>One stretch of a load that changes: constant, or a ramp to <see cref="RateAtEnd"/>.</summary>
public sealed record RateStep
{
    /// <summary>Length, seconds.</summary>
    [Range(0.1, 86_400)]
    public double Seconds { get; init; }

    /// <summary>Arrivals per second at its beginning.</summary>
    [Range(0, 1_000_000)]
    public double Rate { get; init; }

    /// <summary>Arrivals per second at its end; absent: the same.</summary>
    [Range(0, 1_000_000)]
    public double? RateAtEnd { get; init; }
}

/// <summary>When arrivals come: a rate, a ramp, or steps; the warm-up has the first rate.</summary>
public abstract record RatePlan
{
    /// <summary>Arrivals per second over all nodes; the first one where it changes.</summary>
    public abstract double Rate { get; init; }

    /// <summary>Rate at the end of the run, reached in a straight line; absent: constant.</summary>
    [Range(0, 1_000_000)]
    public double? RateAtEnd { get; init; }

    /// <summary>Steps and ramps one after the other, instead of <see cref="Rate"/>; together as long as the run.</summary>
    public IReadOnlyList<RateStep> Steps { get; init; } = [];

    /// <summary>Spread of the arrivals.</summary>
    public ArrivalKind Arrivals { get; init; } = ArrivalKind.Poisson;

    /// <summary>The rate over warm-up and run.</summary>
    public RateProfile Profile(double warmUpSeconds, double seconds)
    {
        var first = Steps.Count > 0 ? Steps[0].Rate : Rate;
        RateSegment[] warm = warmUpSeconds > 0 ? [new RateSegment(TimeSpan.FromSeconds(warmUpSeconds), first, first)] : [];
        return new RateProfile(Steps.Count > 0
            ? [.. warm, .. Steps.Select(s => new RateSegment(TimeSpan.FromSeconds(s.Seconds), s.Rate, s.RateAtEnd ?? s.Rate))]
            : [.. warm, new RateSegment(TimeSpan.FromSeconds(seconds), Rate, RateAtEnd ?? Rate)]);
    }

    /// <summary>Highest rate.</summary>
    public double PeakRate() => Steps.Count > 0 ? Steps.Max(s => Math.Max(s.Rate, s.RateAtEnd ?? s.Rate)) : Math.Max(Rate, RateAtEnd ?? Rate);

    /// <summary>Mean rate of a run of <paramref name="seconds"/>.</summary>
    public double MeanRate(double seconds) =>
        Steps.Count > 0 ? Steps.Sum(s => s.Seconds * (s.Rate + (s.RateAtEnd ?? s.Rate)) / 2) / seconds : (Rate + (RateAtEnd ?? Rate)) / 2;
}
