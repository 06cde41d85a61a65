using EdgeCache.Load.Checking;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>What a run must not exceed. Null: not asked for.</summary>
public sealed record GateLimits
{
    /// <summary>Highest share of stale answers, 0…1.</summary>
    public double? MaxStaleRate { get; init; }

    /// <summary>Highest 99th percentile of staleness over stale answers.</summary>
    public TimeSpan? P99Staleness { get; init; }

    /// <summary>What <see cref="NoViolations"/> may name: <c>session</c> (monotonic reads, read your writes), <c>causal</c> (a comment without its post), <c>bound</c>.</summary>
    public static readonly IReadOnlyList<string> Guarantees = ["session", "causal", "bound"];

    /// <summary>Guarantees of which no violation is allowed.</summary>
    public IReadOnlyList<string> NoViolations { get; init; } = [];

    /// <summary>The conditions of a plan.</summary>
    public static GateLimits Of(GatePlan plan) => new()
    {
        MaxStaleRate = plan.MaxStaleRate,
        P99Staleness = plan.P99StalenessMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        NoViolations = plan.NoViolations,
    };

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
            var count = name switch
            {
                "bound" => report.Measured.Violations,
                "causal" => report.SessionViolations.GetValueOrDefault(SessionChecker.Causal),
                _ => report.SessionViolations.Where(v => v.Key != SessionChecker.Causal).Sum(v => v.Value),
            };
            results.Add(new GateResult($"no {name} violations", $"{count}", count == 0));
        }

        return results;
    }
}
