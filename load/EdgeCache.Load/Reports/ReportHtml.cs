using System.Net;

namespace EdgeCache.Load.Reports;

/// <summary>The report as one HTML file with plots; works offline, light and dark.</summary>
public static class ReportHtml
{
    private const string Style = """
        :root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:920px;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8884;padding:.25rem .5rem;text-align:left}
        svg{width:100%;height:auto;margin:1rem 0}.t{font-weight:600;fill:currentColor}.l{font-size:11px;fill:currentColor}
        .g{stroke:#8884}.f{fill:#d9534f33}.bad{color:#d9534f;font-weight:600}.ok{color:#2e8b57}pre{white-space:pre-wrap}
        """;

    /// <summary>Renders it.</summary>
    public static string Write(RunReport report)
    {
        var m = report.Measured;
        var bands = report.Faults.Select(f => new Band($"{f.Kind} {f.What}", f.FromSeconds, f.ToSeconds)).ToArray();
        var rate = SvgPlot.Draw(
            "Stale answers over time", "seconds", "per second",
            [new Series("answers", "#4682b4", [.. m.Seconds.Select(s => ((double)s.Second, (double)s.Answers))]),
             new Series("stale", "#d9534f", [.. m.Seconds.Select(s => ((double)s.Second, (double)s.Stale))]),
             new Series("errors", "#b8860b", [.. m.Seconds.Select(s => ((double)s.Second, (double)s.Errors))])],
            bands);
        var worst = SvgPlot.Draw(
            "Worst staleness of each second", "seconds", "milliseconds",
            [new Series("worst stale answer", "#d9534f", [.. m.Seconds.Select(s => ((double)s.Second, s.WorstStaleMilliseconds))])], bands);
        var propagation = SvgPlot.Draw(
            "From acknowledgement to first fresh answer", "milliseconds", "share of changes",
            [.. report.FirstFreshMilliseconds.Select((n, i) => new Series(n.Key, Colors[i % Colors.Length],
                [(0, 0), (n.Value.P50, 0.5), (n.Value.P90, 0.9), (n.Value.P99, 0.99), (n.Value.Max, 1)]))],
            []);
        var predicted = report.Predicted is { } p
            ? SvgPlot.Draw("Predicted and measured stale share", "0 = predicted low, 1 = mean, 2 = high; measured is the flat line", "share",
                [new Series("predicted", "#4682b4", [(0, p.Low), (1, p.Mean), (2, p.High)]), new Series("measured", "#d9534f", [(0, m.StaleRate), (2, m.StaleRate)])], [])
            : "";
        var verdict = report.Void is { } why ? $"<p class=bad>Void: {Text(why)}</p>"
            : report.Gate.Count == 0 ? ""
            : report.Passed ? "<p class=ok>All conditions held.</p>" : "<p class=bad>The gate is broken.</p>";
        return $"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>{Text(report.Scenario.Name)}</title><style>{Style}</style>
            <h1>{Text(report.Scenario.Name)}{(report.Interrupted ? " (interrupted)" : "")}</h1><p>{Text(report.Scenario.Chapter)}</p>{verdict}
            {rate}{worst}{propagation}{predicted}
            <h2>Figures</h2><pre>{Text(ReportMarkdown.Write(report))}</pre></html>
            """;
    }

    private static readonly string[] Colors = ["#4682b4", "#2e8b57", "#d9534f", "#b8860b", "#8a2be2"];

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
