using System.Runtime.CompilerServices;
using EdgeCache.Load.Scenarios;
using Xunit;

namespace EdgeCache.Load.Tests.Scenarios;

public sealed class ShippedScenariosTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(PathOf(""), "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(PathOf(""), f)).Order()];

    /// <summary>Where a shipped scenario is.</summary>
    public static string PathOf(string file) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../load/scenarios", file));

    [Theory]
    [MemberData(nameof(Files))]
    public void Shipped_EveryScenario_LoadsIsNamedAsItsFileAndAsksForSomething(string file)
    {
        var scenario = ScenarioFile.Parse(File.ReadAllText(PathOf(file)), out var errors);
        Assert.Empty(errors);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), scenario!.Name);
        Assert.True(scenario.Gate.MaxStaleRate is not null || scenario.Gate.NoViolations.Count > 0);
        Assert.Equal(scenario.Target.Kind == TargetKind.EdgeCache, scenario.SeededDefect is not null);
        Assert.InRange(scenario.Seconds + scenario.WarmUpSeconds, 1, 150);
    }

    [Theory]
    [InlineData("purge")]
    [InlineData("load/scenarios/purge.json")]
    public async Task Read_WithoutACheckout_IsTheShippedFile(string asked) =>
        Assert.Equal(await File.ReadAllTextAsync(PathOf("purge.json"), TestContext.Current.CancellationToken), await ShippedScenarios.ReadAsync(asked, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Read_NeitherFileNorName_IsNothing()
    {
        Assert.Null(await ShippedScenarios.ReadAsync("elsewhere/purge.json", TestContext.Current.CancellationToken));
        Assert.Null(await ShippedScenarios.ReadAsync("", TestContext.Current.CancellationToken));
        Assert.Equal(Directory.EnumerateFiles(PathOf(""), "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal), ShippedScenarios.Names);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
