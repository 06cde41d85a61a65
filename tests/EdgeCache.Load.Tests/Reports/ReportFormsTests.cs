using System.Xml.Linq;
using EdgeCache.Load.Reports;
using Xunit;

namespace EdgeCache.Load.Tests.Reports;

public sealed class ReportFormsTests
{
    [Fact]
    public void Json_ReadBack_GivesTheSameInEveryForm()
    {
        var report = Example.Report();
        var again = ReportJson.Read(ReportJson.Write(report));
        Assert.Equal(ReportConsole.Write(report), ReportConsole.Write(again));
        Assert.Equal(ReportMarkdown.Write(report), ReportMarkdown.Write(again));
        Assert.Equal(ReportHtml.Write(report), ReportHtml.Write(again));
        Assert.Equal(ReportJUnit.Write(report), ReportJUnit.Write(again));
    }

    [Fact]
    public void Console_BrokenGate_EndsWithTheVerdictAndNamesKeyNodeAndVersions()
    {
        var text = ReportConsole.Write(Example.Report());
        Assert.EndsWith("FAILED: stale rate ≤ 1.000 %, measured 10.000 %", text, StringComparison.Ordinal);
        Assert.Contains("  7    edge-2  1.25  3        5", text, StringComparison.Ordinal);
        Assert.Contains("WARNING: the measurement is outside", text, StringComparison.Ordinal);
        Assert.Contains("35 ms, announced by the scenario: 8 allowed, 2 violations", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_Report_IsOneFileWithPlotsFaultsAndEscapedText()
    {
        var html = ReportHtml.Write(Example.Report());
        Assert.Equal(4, html.Split("<svg ").Length - 1);
        Assert.Contains("kill redis", html, StringComparison.Ordinal);
        Assert.Contains("A &lt;chapter&gt; &amp; more.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_BarInText_DoesNotBreakTheTable() =>
        Assert.All(ReportMarkdown.Write(Example.Report()).Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)), l => Assert.EndsWith("|", l, StringComparison.Ordinal));

    [Fact]
    public void JUnit_BrokenAndVoid_CountAsFailureAndError()
    {
        var broken = XDocument.Parse(ReportJUnit.Write(Example.Report())).Root!;
        Assert.Equal(("1", "1", "0"), ((string?)broken.Attribute("tests"), (string?)broken.Attribute("failures"), (string?)broken.Attribute("errors")));
        var voided = XDocument.Parse(ReportJUnit.Write(Example.Report() with { Void = "why" })).Root!;
        Assert.Equal("1", (string?)voided.Attribute("errors"));
    }
}
