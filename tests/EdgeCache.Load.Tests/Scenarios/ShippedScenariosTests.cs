using System.Runtime.CompilerServices;
using EdgeCache.Load.Scenarios;
using Xunit;

namespace EdgeCache.Load.Tests.Scenarios;

public sealed class ShippedScenariosTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(Here())!, "../../../load/scenarios"), "*.json").Select(f => Path.GetFileName(f)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Shipped_EveryScenario_LoadsAndIsNamedAsItsFile(string file)
    {
        var scenario = ScenarioFile.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../load/scenarios", file)), out var errors);
        Assert.Empty(errors);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), scenario!.Name);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
