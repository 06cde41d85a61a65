using System.CommandLine;
using EdgeCache.CommandLine;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>Every verb explains itself.</summary>
public sealed class VerbTests
{
    public static TheoryData<string> Leaves() => [.. Walk(RootVerb.Build(), "edgecache").Select(l => l.Path)];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Help_OfEachVerb_HasAnExampleAndDescribesItsOptions(string path)
    {
        var command = Walk(RootVerb.Build(), "edgecache").Single(l => l.Path == path).Command;
        Assert.Contains("Example", command.Description, StringComparison.Ordinal);
        Assert.Contains($"{path} ", command.Description + " ", StringComparison.Ordinal);
        Assert.Empty(command.Options.Where(o => string.IsNullOrEmpty(o.Description)).Select(o => o.Name));
        if (command.Options.Any(o => o.Name == "--admin") && command.Options.Any(o => o.Name == "--token-file") && command.Options.All(o => o.Name != "--redis"))
        {
            Assert.Contains(command.Options, o => o.Name == "--json");
        }
    }

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path) =>
        command.Subcommands.Count == 0 ? [(path, command)] : command.Subcommands.SelectMany(s => Walk(s, $"{path} {s.Name}"));
}
