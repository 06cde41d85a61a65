using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Reports;

/// <summary>A row of the summary.</summary>
internal readonly record struct ReportRow(string Name, string Value);

/// <summary>A table with its heading.</summary>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What a report says in words and figures; console, Markdown and HTML only lay it out.</summary>
internal static class ReportRows
{
    private const int OffendersShown = 5;

    /// <summary>One line that says how it ended.</summary>
    public static string Verdict(RunReport report) =>
        report.Void is { } why ? $"VOID: {why}"
        : report.Gate.Count == 0 ? "no condition was asked for"
        : report.Passed ? "PASSED: every condition held"
        : $"FAILED: {string.Join("; ", report.Gate.Where(g => !g.Held).Select(g => $"{g.Condition}, measured {g.Measured}"))}";

    public static string Title(RunReport report) =>
        report.Scenario.Name + (report.Interrupted ? " (interrupted)" : "") + (report.SeededDefect is { } defect ? $" (with the seeded defect {defect})" : "");

    public static IEnumerable<ReportRow> Summary(RunReport report)
    {
        var m = report.Measured;
        yield return new("answers", $"{m.Answers} ({m.Errors.Values.Sum()} failed, {m.Undecided} undecided, {m.Unknown} without a version)");
        yield return new("stale", $"{m.StaleRate:P3} of decided answers ({m.Stale} of {m.Fresh + m.Stale})");
        yield return new("stale hits", $"{m.StaleHitRate:P3} ({m.StaleHits} served without asking upstream)");
        yield return new("predicted", Predicted(report));
        yield return new("bound", $"{report.Bound.Milliseconds:F0} ms, announced by {report.Bound.By}: {m.Stale - m.Violations} allowed, {m.Violations} violations");
        yield return new("staleness", Line(m.StaleMilliseconds, "ms"));
        yield return new("versions behind", Line(m.StaleVersions, ""));
        foreach (var (node, p) in report.Propagation)
        {
            yield return new($"{node}: change to last old answer", Line(p.LastOld, "ms"));
            yield return new($"{node}: change to first fresh one", Line(p.FirstFresh, "ms"));
        }

        if (report.Propagation.Count > 1)
        {
            yield return new("change to first fresh answer everywhere", Line(report.LastFreshMilliseconds, "ms"));
        }

        if (report.Probe is { } probe)
        {
            yield return new("change to visible, probed", Line(probe.Quantiles, "ms"));
        }

        yield return new("session guarantees", report.SessionViolations.Count == 0 ? "no violation" : string.Join(", ", report.SessionViolations.Select(v => $"{v.Key} broken {v.Value} times")));
        yield return new("hit ratio", m.Hits == 0 && report.Scenario.Reads.Over == Scenarios.ReadProtocol.Dns ? "the answers do not say" : $"{m.HitRatio:P1}");
        yield return new("upstream", report.UpstreamPerSecond is { } upstream ? $"{upstream:F1} requests/s" : "not counted");
        yield return new("latency from due time", Line(m.LatencyMilliseconds, "ms"));
        yield return new("generator's own lag", $"{Line(m.SchedulingLagMilliseconds, "ms")}; void above p99 {report.Scenario.MaxSchedulingLagMilliseconds} ms");
        if (report.Generator is { } alone)
        {
            yield return new(
                "generator alone", $"{alone.AlonePerSecond:F0}/s of {alone.WantedPerSecond:F0}/s wanted, lag p99 {alone.AloneLagP99Milliseconds:F1} ms; used at up to {alone.UsedPerSecond:F0}/s");
        }

        yield return new("writes", $"{report.Writes} ({report.WriteErrors} not acknowledged)");
        if (m.Errors.Count > 0)
        {
            yield return new("errors", string.Join(", ", m.Errors.Select(e => $"{e.Key} {e.Value}")));
        }

        foreach (var fault in report.Faults)
        {
            yield return new("fault", $"{fault.Kind} {fault.What} from {fault.FromSeconds:F1} to {fault.ToSeconds:F1} s");
        }
    }

    public static IEnumerable<ReportTable> Tables(RunReport report)
    {
        if (report.Gate.Count > 0)
        {
            yield return new("Gate", ["condition", "measured", ""], [.. report.Gate.Select(g => (string[])[g.Condition, g.Measured, g.Held ? "held" : "BROKEN"])]);
        }

        if (report.Measured.Offenders.Count > 0)
        {
            yield return new(
                "Worst answers", ["key", "node", "at s", "version", "newest acknowledged", "stale ms"],
                [.. report.Measured.Offenders.Take(OffendersShown).Select(o => (string[])
                    [$"{o.Key}", report.Nodes[o.Node], $"{o.AtSeconds:F2}", $"{o.Version}", $"{o.Version + o.VersionsBehind}", $"{o.StaleMilliseconds:F1}"])]);
        }

        if (report.SessionExamples.Count > 0)
        {
            yield return new(
                "Broken guarantees, first examples", ["guarantee", "session", "key", "node", "version", "entitled to"],
                [.. report.SessionExamples.Select(v => (string[])[v.Guarantee, $"{v.Session}", $"{v.Key}", report.Nodes[v.Node], $"{v.Version}", $"{v.EntitledTo}"])]);
        }
    }

    private static string Predicted(RunReport report)
    {
        if (report.Predicted is not { } p)
        {
            return "no model fits (a level or sessions decide, or nothing could be measured beforehand)";
        }

        var warning = report.PredictionLeft ? "; WARNING: the measurement is outside" : "";
        var faults = report.Scenario.Faults.Count > 0 ? "; faults enter only through the measured delays" : "";
        return $"{p.Share.Mean:P3}, band {p.Share.Low:P3} to {p.Share.High:P3} ({p.By}){faults}{warning}";
    }

    private static string Line(Quantiles q, string unit) =>
        q.Count == 0 ? "none" : $"p50 {q.P50:F1} · p90 {q.P90:F1} · p99 {q.P99:F1} · max {q.Max:F1} {unit}".TrimEnd() + $" ({q.Count})";
}
