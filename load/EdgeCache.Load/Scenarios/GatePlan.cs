using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Load.Scenarios;

/// <summary>Conditions of a gate; what is absent is not asked for.</summary>
public sealed record GatePlan
{
    /// <summary>Highest share of stale answers, 0…1.</summary>
    [Range(0, 1)]
    public double? MaxStaleRate { get; init; }

    /// <summary>Highest 99th percentile of staleness over stale answers, milliseconds.</summary>
    [Range(0, 604_800_000)]
    public double? P99StalenessMilliseconds { get; init; }

    /// <summary>Guarantees of which no violation is allowed: session, causal, bound.</summary>
    public IReadOnlyList<string> NoViolations { get; init; } = [];
}
