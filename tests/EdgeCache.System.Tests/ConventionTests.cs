using System.Text.RegularExpressions;
using System.Xml.Linq;
using EdgeCache.System.Tests.Redis;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>What the documents say of the layout, held by the build.</summary>
public sealed partial class ConventionTests
{
    [Theory]
    [InlineData("EdgeCache.Zones")]
    [InlineData("EdgeCache.Client")]
    [InlineData("EdgeCache.AspNetCore", "EdgeCache.Client")]
    [InlineData("EdgeCache.Http", "EdgeCache.Zones")]
    [InlineData("EdgeCache.Dns", "EdgeCache.Zones")]
    [InlineData("EdgeCache.Simulation", "EdgeCache.Zones", "EdgeCache.Http", "EdgeCache.Dns")]
    [InlineData("EdgeCache", "EdgeCache.Http", "EdgeCache.Dns", "EdgeCache.Client", "EdgeCache.Zones", "EdgeCache.Simulation", "EdgeCache.Load")]
    public void Arrows_OfAProject_PointOnlyWhereTheyMay(string project, params string[] allowed)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        var found = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Empty(found.Except(allowed));
    }

    /// <summary>What judges staleness shares no code with what is judged.</summary>
    [Fact]
    public void Arrows_OfTheLoadTests_LeadToNoProjectOfTheProduct()
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "load", "EdgeCache.Load", "EdgeCache.Load.csproj"));
        Assert.Empty(file.Descendants("ProjectReference"));
    }

    /// <summary>Switches that do without a mechanism exist in test builds only.</summary>
    [Fact]
    public void Defects_InTheSource_AreCompiledUnderDebugOnly()
    {
        string[] switches = ["SeededDefects.", "TrustsEveryHint", "ResyncsWithoutFloor", "RaisesNoFloors", "NeverLags", "IgnoresLifetimes", "IgnoresLevels"];
        foreach (var file in Sources().Where(f => f.Contains("/src/", StringComparison.Ordinal)))
        {
            var isDebug = false;
            foreach (var line in File.ReadLines(file))
            {
                isDebug = line.Trim() switch { "#if DEBUG" => true, "#endif" or "#else" => false, _ => isDebug };
                Assert.True(isDebug || line.Contains("///", StringComparison.Ordinal) || !switches.Any(s => line.Contains(s, StringComparison.Ordinal)), $"{file}: {line}");
            }
        }
    }

    [Fact]
    public void Files_OfTheSource_AreShort()
    {
        var lengths = Sources().Select(f => (File: f, Lines: File.ReadLines(f).Count())).OrderBy(f => f.Lines).ToList();
        Assert.True(lengths[lengths.Count / 2].Lines <= 80, $"the median file has {lengths[lengths.Count / 2].Lines} lines");
        Assert.True(lengths[lengths.Count * 9 / 10].Lines <= 250, $"a tenth of the files has more than {lengths[lengths.Count * 9 / 10].Lines} lines");
        Assert.Empty(lengths.Where(f => f.Lines > 500).Select(f => $"{f.File}: {f.Lines}"));
    }

    [Fact]
    public void Names_OfFoldersAndFiles_SayWhatIsInside()
    {
        string[] banned = ["Utils", "Utilities", "Util", "Helpers", "Helper", "Common", "Shared", "Misc", "Managers", "Manager"];
        var found = Sources().Where(f => Path.GetRelativePath(Repository.Root, f).Split('/').Any(p => banned.Contains(Path.GetFileNameWithoutExtension(p), StringComparer.Ordinal)));
        Assert.Empty(found);
    }

    [Fact]
    public void Ports_OfTests_AreEachClassesOwn()
    {
        var shared = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(f => PortsOf(File.ReadAllText(f)).Distinct().Select(port => (Port: port, File: Path.GetFileName(f))))
            .GroupBy(p => p.Port).Where(g => g.Count() > 1);
        Assert.Empty(shared.Select(g => $"{g.Key}: {string.Join(", ", g.Select(p => p.File))}"));
    }

    private static IEnumerable<int> PortsOf(string text) =>
        Port().Matches(text).Select(m => int.Parse(m.Value, null)).SelectMany(port => Enumerable.Range(port, Base().IsMatch(text) ? RedisDeployment.Ports : 1));

    private static IEnumerable<string> Sources() =>
        new[] { "src", "load" }.SelectMany(d => Directory.EnumerateFiles(Path.Combine(Repository.Root, d), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>A whole deployment takes its ports from one on.</summary>
    [GeneratedRegex(@"RedisDeployment _all = new\(2\d{4}|new RedisDeployment\(|BasePort = 2\d{4}")]
    private static partial Regex Base();

    /// <summary>Classes run side by side, so each listens on ports of its own, from 20000 on.</summary>
    [GeneratedRegex(@"(?<![\d.])2\d{4}(?![\d.])")]
    private static partial Regex Port();
}
