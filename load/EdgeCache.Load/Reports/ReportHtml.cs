using System.Net;
using System.Text;

namespace EdgeCache.Load.Reports;

/// <summary>The report as one HTML file with plots; works offline, light and dark.</summary>
public static class ReportHtml
{
    private const string Style = """
        :root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:920px;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8884;padding:.25rem .5rem;text-align:left;vertical-align:top}th{font-weight:600}
        td:first-child{white-space:nowrap}figure{margin:1.5rem 0}figcaption{font-size:13px;opacity:.8}
        svg{width:100%;height:auto}.t{font-weight:600;font-size:15px;fill:currentColor}.l{font-size:11px;fill:currentColor}
        .g{stroke:#8884}.f{fill:#d9534f33}.bad{color:#d9534f;font-weight:600}.ok{color:#2e8b57;font-weight:600}
        """;

    /// <summary>Renders it.</summary>
    public static string Write(RunReport report)
    {
        var html = new StringBuilder();
        html.Append($"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>{Text(report.Scenario.Name)}</title><style>{Style}</style>
            <h1>{Text(ReportRows.Title(report))}</h1><p>{Text(report.Scenario.Chapter)} Expected: {Text(report.Scenario.Expect)}</p>
            <p class="{(report.Passed ? "ok" : "bad")}">{Text(ReportRows.Verdict(report))}</p>
            """);
        foreach (var (plot, caption) in ReportPlots.All(report))
        {
            html.Append($"\n<figure>{plot}<figcaption>{Text(caption)}</figcaption></figure>");
        }

        html.Append("\n<h2>Figures</h2><table>");
        foreach (var row in ReportRows.Summary(report))
        {
            html.Append($"<tr><td>{Text(row.Name)}</td><td>{Text(row.Value)}</td></tr>");
        }

        html.Append("</table>");
        foreach (var table in ReportRows.Tables(report))
        {
            html.Append($"\n<h2>{Text(table.Title)}</h2><table><tr>{string.Concat(table.Head.Select(h => $"<th>{Text(h)}</th>"))}</tr>");
            foreach (var row in table.Rows)
            {
                html.Append($"<tr>{string.Concat(row.Select(c => $"<td>{Text(c)}</td>"))}</tr>");
            }

            html.Append("</table>");
        }

        return html.Append("</html>").ToString();
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
