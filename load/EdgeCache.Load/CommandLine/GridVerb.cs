using System.CommandLine;
using EdgeCache.Load.Grid;

namespace EdgeCache.Load.CommandLine;

/// <summary><c>edgecache-load grid</c>: how well the model predicts.</summary>
internal static class GridVerb
{
    public static Command Build(Func<ParseResult, IReadOnlyList<string>> program)
    {
        var command = new Command("grid", "Measures stale shares over write rate, TTL and hint loss, beside what the model predicts; prints a Markdown table.");
        var seconds = new Option<double>("--seconds") { Description = "Length of the run", HelpName = "N", DefaultValueFactory = _ => 120 };
        command.Options.Add(seconds);
        command.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            var table = await PredictionGrid.RunAsync(program(parsed), parsed.GetValue(seconds), Console.Error.WriteLine, interruption.Token);
            Console.WriteLine(table ?? "interrupted");
            return table is null ? 1 : 0;
        });
        return command;
    }
}
