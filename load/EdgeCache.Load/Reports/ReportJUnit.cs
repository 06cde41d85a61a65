using System.Xml.Linq;

namespace EdgeCache.Load.Reports;

/// <summary>The gate as JUnit XML: a test case a condition, so that any CI shows which one broke.</summary>
public static class ReportJUnit
{
    /// <summary>Renders it.</summary>
    public static string Write(RunReport report)
    {
        var cases = report.Gate.Select(g => new XElement(
            "testcase",
            new XAttribute("classname", report.Scenario.Name),
            new XAttribute("name", g.Condition),
            g.Held ? null : new XElement("failure", new XAttribute("message", $"measured {g.Measured}"))));
        var broken = report.Gate.Count(g => !g.Held);
        var voided = report.Void is null
            ? null
            : new XElement("testcase", new XAttribute("classname", report.Scenario.Name), new XAttribute("name", "the run counts"), new XElement("error", new XAttribute("message", report.Void)));
        return new XDocument(new XElement(
            "testsuite",
            new XAttribute("name", report.Scenario.Name),
            new XAttribute("tests", report.Gate.Count + (voided is null ? 0 : 1)),
            new XAttribute("failures", broken),
            new XAttribute("errors", voided is null ? 0 : 1),
            cases,
            voided)).ToString();
    }
}
