using System.Text;

namespace EdgeCache.Load.Reports;

/// <summary>The report as aligned text for a terminal; the verdict stands last, where the eye is.</summary>
public static class ReportConsole
{
    /// <summary>Renders it.</summary>
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(ReportRows.Title(report)).AppendLine(report.Scenario.Chapter).Append("Expected: ").AppendLine(report.Scenario.Expect).AppendLine();
        Lay(text, [.. ReportRows.Summary(report).Select(r => (string[])[r.Name, r.Value])]);
        foreach (var table in ReportRows.Tables(report))
        {
            text.AppendLine().AppendLine(table.Title);
            Lay(text, [table.Head, .. table.Rows]);
        }

        return text.AppendLine().Append(ReportRows.Verdict(report)).ToString();
    }

    private static void Lay(StringBuilder text, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Count).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendLine(("  " + string.Concat(row.Select((cell, c) => cell.PadRight(widths[c] + 2)))).TrimEnd());
        }
    }
}
