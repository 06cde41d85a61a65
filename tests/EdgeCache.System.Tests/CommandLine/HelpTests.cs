using System.CommandLine;
using EdgeCache.CommandLine;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>What <c>--help</c> says of each verb is complete, and its examples are lines that the parser takes.</summary>
public sealed class HelpTests
{
    private static readonly RootCommand Root = RootVerb.Build();

    public static TheoryData<string> Verbs() => [.. All(Root).Select(PathOf)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Verb_IsExplained_WithAllItsWordsAndAnExample(string verb)
    {
        var command = All(Root).Single(c => PathOf(c) == verb);
        Assert.False(string.IsNullOrWhiteSpace(command.Description), "it has no description");
        Assert.All(command.Arguments.Cast<Symbol>().Concat(command.Options.Where(o => !o.Hidden)), s => Assert.False(string.IsNullOrWhiteSpace(s.Description), $"{s.Name} has no description"));
        var calls = command.Options.Any(o => o.Name == "--admin") && command.Options.All(o => o.Name is not ("--name" or "--listen")); // Not a role.
        Assert.True(!calls || command.Options.Any(o => o.Name == "--json"), "it asks the admin API and has no --json");
        Assert.True(command.Action is null || command.Subcommands.Count > 0 || Examples(command).Any(e => e.StartsWith(verb, StringComparison.Ordinal)), "it has no example");
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Example_OfAVerb_IsALineThatTheParserTakes(string verb) => Assert.All(
        Examples(All(Root).Single(c => PathOf(c) == verb)),
        example => Assert.Empty(Root.Parse(example["edgecache".Length..]).Errors.Select(e => $"{example}: {e.Message}")));

    /// <summary>The indented lines of a description, without what the shell does with them: a pipe is two lines.</summary>
    private static IEnumerable<string> Examples(Command command) =>
        (command.Description ?? "").Split('\n').Where(l => l.StartsWith("  edgecache", StringComparison.Ordinal)).SelectMany(l => l.Split(" > ")[0].Split('|')).Select(l => l.Trim());

    private static IEnumerable<Command> All(Command command) => command.Subcommands.Where(c => !c.Hidden).SelectMany(All).Prepend(command);

    private static string PathOf(Command command) =>
        command is RootCommand ? "edgecache" : $"{PathOf(command.Parents.OfType<Command>().Single())} {command.Name}";
}
