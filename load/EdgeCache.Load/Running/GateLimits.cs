using EdgeCache.Load.Reports;

namespace EdgeCache.Load.Running;

/// <summary>What a run must not exceed. Null: not asked for.</summary>
public sealed record GateLimits
{
    /// <summary>Highest share of stale answers, 0…1.</summary>
    public double? MaxStaleRate { get; init; }

    /// <summary>Highest 99th percentile of staleness over stale answers.</summary>
    public TimeSpan? P99Staleness { get; init; }

    /// <summary>Guarantees of which no violation is allowed: <c>session</c> (monotonic reads and read your writes), <c>bound</c>.</summary>
    public IReadOnlyList<string> NoViolations { get; init; } = [];

    /// <summary>Judges a report. Pure.</summary>
    public IReadOnlyList<GateResult> Judge(RunReport report)
    {
        var results = new List<GateResult>();
        if (MaxStaleRate is { } rate)
        {
            results.Add(new GateResult($"stale rate ≤ {rate:P3}", $"{report.Measured.StaleRate:P3}", report.Measured.StaleRate <= rate));
        }

        if (P99Staleness is { } p99)
        {
            var measured = report.Measured.StaleMilliseconds.P99;
            results.Add(new GateResult($"p99 staleness ≤ {p99.TotalMilliseconds} ms", $"{measured:F1} ms", measured <= p99.TotalMilliseconds));
        }

        foreach (var name in NoViolations)
        {
            var count = name == "bound" ? report.Measured.Violations : report.SessionViolations.Values.Sum();
            results.Add(new GateResult($"no {name} violations", $"{count}", count == 0));
        }

        return results;
    }
}
