using System.CommandLine;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.CommandLine;

/// <summary><c>edgecache-load prove</c>: every shipped scenario in full, without and with its seeded defect.</summary>
internal static class ProveVerb
{
    public static Command Build(Func<ParseResult, IReadOnlyList<string>> program)
    {
        var command = new Command("prove", "Shows that each scenario's gate holds, and goes red with its seeded defect. Needs a test build (-c Debug) of edgecache.");
        var scenarios = new Argument<string[]>("scenario") { Description = "Scenario files, or names of those that come along", Arity = ArgumentArity.OneOrMore };
        var seconds = new Option<double?>("--seconds") { Description = "Length of each run instead of the scenario's", HelpName = "N" };
        var output = new Option<string?>("--out") { Description = "Folder for the reports", HelpName = "FOLDER" };
        command.Arguments.Add(scenarios);
        command.Options.Add(seconds);
        command.Options.Add(output);
        command.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            var proven = true;
            foreach (var file in parsed.GetValue(scenarios)!) // One or more.
            {
                if (await ShippedScenarios.ReadAsync(file, interruption.Token) is not { } text)
                {
                    await Console.Error.WriteLineAsync($"{file} does not exist; allowed: a file, or one that comes along: {string.Join(", ", ShippedScenarios.Names)}");
                    return 2;
                }

                if (ScenarioFile.Parse(text, out var errors) is not { } scenario)
                {
                    await Console.Error.WriteLineAsync(string.Join('\n', errors.Select(e => $"{file}: {e}")));
                    return 2;
                }

                scenario = scenario with { Seconds = parsed.GetValue(seconds) ?? scenario.Seconds };
                var proof = await GateProof.RunAsync(scenario, program(parsed), _ => { }, interruption.Token);
                proven &= proof.IsProven;
                Console.WriteLine($"{scenario.Name,-18} {(proof.IsProven ? "proven" : "NOT PROVEN")}");
                Console.WriteLine($"  sound: {ReportRows.Verdict(proof.Sound)}");
                Console.WriteLine($"  {scenario.SeededDefect}: {ReportRows.Verdict(proof.Defective)}");
                Save(parsed.GetValue(output), proof);
            }

            return proven ? 0 : 1;
        });
        return command;
    }

    private static void Save(string? folder, GateProof proof)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, proof.Sound.Scenario.Name + ".html"), ReportHtml.Write(proof.Sound));
            File.WriteAllText(Path.Combine(folder, proof.Sound.Scenario.Name + ".defect.html"), ReportHtml.Write(proof.Defective));
            File.WriteAllText(Path.Combine(folder, proof.Sound.Scenario.Name + ".txt"), ReportConsole.Write(proof.Sound) + "\n\n" + ReportConsole.Write(proof.Defective));
        }
    }
}
