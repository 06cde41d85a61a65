using System.CommandLine;
using EdgeCache.Load.Grid;

namespace EdgeCache.Load.CommandLine;

/// <summary><c>edgecache-load compare</c>: EdgeCache, nginx and Unbound on one chart.</summary>
internal static class CompareVerb
{
    public static Command Build(Func<ParseResult, IReadOnlyList<string>> program)
    {
        var command = new Command("compare", "Measures EdgeCache, nginx and Unbound under the same writes; prints a Markdown table and writes a chart.");
        var seconds = new Option<double>("--seconds") { Description = "Length of the run", HelpName = "N", DefaultValueFactory = _ => 120 };
        var chart = new Option<string?>("--chart") { Description = "Where the chart goes", HelpName = "FILE.svg" };
        command.Options.Add(seconds);
        command.Options.Add(chart);
        command.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            if (await Comparison.RunAsync(program(parsed), parsed.GetValue(seconds), Console.Error.WriteLine, interruption.Token) is not { } result)
            {
                await Console.Error.WriteLineAsync("interrupted");
                return 1;
            }

            Console.WriteLine(result.Table);
            if (parsed.GetValue(chart) is { } file)
            {
                await File.WriteAllTextAsync(file, result.Chart + "\n", CancellationToken.None);
            }

            return 0;
        });
        return command;
    }
}
