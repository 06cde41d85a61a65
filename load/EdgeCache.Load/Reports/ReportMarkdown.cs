using System.Text;
using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Reports;

/// <summary>The report as Markdown; the console shows the same text.</summary>
public static class ReportMarkdown
{
    /// <summary>Renders it.</summary>
    public static string Write(RunReport report)
    {
        var m = report.Measured;
        var text = new StringBuilder();
        text.Append($"# {report.Scenario.Name}{(report.Interrupted ? " (interrupted)" : "")}\n\n");
        text.Append($"{report.Scenario.Chapter} Expected: {report.Scenario.Expect}\n\n");
        if (report.Void is not null)
        {
            text.Append($"**This run is void: {report.Void}**\n\n");
        }

        text.Append("| | |\n|---|---|\n");
        Row("answers", $"{m.Answers} ({m.Errors.Values.Sum()} failed, {m.Undecided} undecided, {m.Unknown} without a version)");
        Row("stale", $"{m.StaleRate:P3} of decided answers ({m.Stale}); stale hits {m.StaleHitRate:P3}");
        Row("predicted", report.Predicted is { } p ? $"{p.Mean:P3} ({p.Low:P3} to {p.High:P3}) by {report.PredictedBy}{(report.PredictionLeft ? " — MEASUREMENT OUTSIDE THE BAND" : "")}" : "no model fits");
        Row("violations of the bound", report.Scenario.AllowedMilliseconds is { } a ? $"{m.Violations} (above {a} ms)" : "no bound given");
        Row("staleness", Line(m.StaleMilliseconds, "ms"));
        Row("versions behind", Line(m.StaleVersions, ""));
        Row("write to last node's first fresh answer", Line(report.LastFreshMilliseconds, "ms"));
        foreach (var (node, q) in report.FirstFreshMilliseconds)
        {
            Row($"… on {node}", Line(q, "ms"));
        }

        Row("hit ratio", $"{m.HitRatio:P1}; upstream {report.UpstreamPerSecond:F1}/s");
        Row("latency from due time", Line(m.LatencyMilliseconds, "ms"));
        Row("generator's own lag", Line(m.SchedulingLagMilliseconds, "ms"));
        Row("writes", $"{report.Writes} ({report.WriteErrors} not acknowledged)");
        foreach (var (guarantee, count) in report.SessionViolations)
        {
            Row($"broken {guarantee}", $"{count}");
        }

        if (m.Errors.Count > 0)
        {
            Row("errors", string.Join(", ", m.Errors.Select(e => $"{e.Key} {e.Value}")));
        }

        Gate(report, text);
        Offenders(report, text);
        return text.ToString();

        void Row(string name, string value) => text.Append($"| {name} | {value} |\n");
    }

    private static void Gate(RunReport report, StringBuilder text)
    {
        if (report.Gate.Count == 0)
        {
            return;
        }

        text.Append("\n| gate | measured | |\n|---|---|---|\n");
        foreach (var gate in report.Gate)
        {
            text.Append($"| {gate.Condition} | {gate.Measured} | {(gate.Held ? "held" : "BROKEN")} |\n");
        }
    }

    private static void Offenders(RunReport report, StringBuilder text)
    {
        if (report.Measured.Offenders.Count == 0)
        {
            return;
        }

        text.Append("\nWorst answers:\n\n| key | node | at s | version | behind | stale ms |\n|---|---|---|---|---|---|\n");
        foreach (var o in report.Measured.Offenders.Take(5))
        {
            text.Append($"| {o.Key} | {report.Nodes[o.Node]} | {o.AtSeconds:F2} | {o.Version} | {o.VersionsBehind} | {o.StaleMilliseconds:F1} |\n");
        }
    }

    private static string Line(Quantiles q, string unit) =>
        q.Count == 0 ? "none" : $"p50 {q.P50:F1} · p90 {q.P90:F1} · p99 {q.P99:F1} · max {q.Max:F1} {unit} ({q.Count})";
}
