using System.CommandLine;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.CommandLine;

/// <summary>The load project's own command line: the gate, and what is not part of the product.</summary>
internal static class LoadProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Stale-hit load tests, predictions and benchmarks.");
        var edgecache = new Option<string?>("--edgecache")
        {
            Description = "The edgecache program (default: as built in this checkout, in the same configuration)",
            HelpName = "FILE",
            Recursive = true,
        };
        root.Options.Add(edgecache);
        IReadOnlyList<string> Program(ParseResult parsed) => EdgeCacheProgram.Find(parsed.GetValue(edgecache));
        root.Subcommands.Add(VerifyVerb.Build(Program));
        root.Subcommands.Add(ProveVerb.Build(Program));
        root.Subcommands.Add(GridVerb.Build(Program));
        root.Subcommands.Add(CompareVerb.Build(Program));
        root.Subcommands.Add(AdviseVerb.Build());
        root.Subcommands.Add(BenchVerb.Build(Program));
        foreach (var servant in BenchVerb.Servants())
        {
            root.Subcommands.Add(servant);
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            var verb = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            await Console.Error.WriteLineAsync($"{string.Join('\n', ParseFault.Of(parsed).Select(f => $"edgecache-load: {f}"))}\nTry: edgecache-load{verb} --help");
            return 2;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
