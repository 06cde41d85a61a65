using System.Text;

namespace EdgeCache.Load.Reports;

/// <summary>The report as Markdown.</summary>
public static class ReportMarkdown
{
    /// <summary>Renders it.</summary>
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        text.Append($"# {ReportRows.Title(report)}\n\n{report.Scenario.Chapter} Expected: {report.Scenario.Expect}\n\n**{ReportRows.Verdict(report)}**\n\n| | |\n|---|---|\n");
        foreach (var row in ReportRows.Summary(report))
        {
            text.Append($"| {Cell(row.Name)} | {Cell(row.Value)} |\n");
        }

        foreach (var table in ReportRows.Tables(report))
        {
            text.Append($"\n## {table.Title}\n\n| {string.Join(" | ", table.Head)} |\n|{string.Concat(table.Head.Select(_ => "---|"))}\n");
            foreach (var row in table.Rows)
            {
                text.Append($"| {string.Join(" | ", row.Select(Cell))} |\n");
            }
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
