using System.CommandLine;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.CommandLine;

/// <summary><c>edgecache verify</c>: the stale-hit gate.</summary>
public static class VerifyVerb
{
    /// <summary>Builds it; <paramref name="program"/> is the command that starts <c>edgecache</c>, asked for only when a scenario needs it.</summary>
    public static Command Build(Func<ParseResult, IReadOnlyList<string>> program)
    {
        var command = new Command(
            "verify",
            """
            Measures how often, and by how much, answers are stale. Exit 0: every condition held; 1: one did not, or the run is void; 2: bad input.

            Example:
              edgecache verify --scenario load/scenarios/purge.json --max-stale-rate 0.1% --p99-staleness 500ms --no-violations session
            """);
        var scenario = new Option<string>("--scenario") { Description = $"A scenario file, or one that comes along: {string.Join(", ", ShippedScenarios.Names)}", HelpName = "FILE", Required = true };
        var rate = new Option<string?>("--max-stale-rate") { Description = "Highest share of stale answers", HelpName = "0.1%" };
        var p99 = new Option<string?>("--p99-staleness") { Description = "Highest 99th percentile of the age of what stale answers missed", HelpName = "500ms" };
        var none = new Option<string[]>("--no-violations") { Description = $"Guarantees that must not be broken: {string.Join(", ", GateLimits.Guarantees)}", HelpName = "session", AllowMultipleArgumentsPerToken = false };
        var output = new Option<string?>("--out") { Description = "Folder for NAME.json, .md, .xml (JUnit) and .html", HelpName = "FOLDER" };
        var seconds = new Option<double?>("--seconds") { Description = "Length of the measured part instead of the scenario's", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "The report as JSON instead of as tables" };
        rate.Allow(static t => VerifyCommand.TryParseShare(t, out _), "a share from 0% to 100%, such as 0.1% or 0.001");
        p99.Allow(static t => VerifyCommand.TryParseDuration(t, out _), "a duration such as 500ms or 2s");
        none.Allow(t => t.Split(',').All(GateLimits.Guarantees.Contains), string.Join(", ", GateLimits.Guarantees));
        foreach (var option in new Option[] { scenario, rate, p99, none, output, seconds, json })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            return await new VerifyCommand
            {
                ScenarioPath = parsed.GetValue(scenario)!, // It is required.
                MaxStaleRate = parsed.GetValue(rate) is { } r && VerifyCommand.TryParseShare(r, out var share) ? share : null,
                P99Staleness = parsed.GetValue(p99) is { } p && VerifyCommand.TryParseDuration(p, out var duration) ? duration : null,
                NoViolations = parsed.GetResult(none) is null ? null : [.. parsed.GetValue(none)!.SelectMany(n => n.Split(',')).Distinct()],
                Seconds = parsed.GetValue(seconds),
                Json = parsed.GetValue(json),
                OutputFolder = parsed.GetValue(output),
                StartEdgeCache = (s, c) => EdgeCacheEnvironment.StartAsync(s, program(parsed), null, c),
            }.RunAsync(Console.Out, Console.Error, interruption.Token);
        });
        return command;
    }
}
