using System.CommandLine;
using System.Globalization;
using EdgeCache.Simulation.Growth;
using EdgeCache.Simulation.Propagation;
using EdgeCache.Simulation.Regions;
using EdgeCache.Simulation.Resolving;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache simulate</c>: the propagation plane under chance, seed after seed; a seed that fails prints how to replay it and what happened.</summary>
internal static class SimulateVerb
{
    private static readonly int[] Followers = [10, 30, 100, 300, 1_000];

    public static Command Build()
    {
        var command = new Command(
            "simulate",
            "Runs the real plane in virtual time under faults drawn by chance, and judges every answer. Exit 0 when nothing was violated, else 1.\n\nExamples:\n  edgecache simulate --minutes 60\n  edgecache simulate --scenario regions --seed 14\n  edgecache simulate --report followers");
        var seed = new Option<long?>("--seed") { Description = "Run this seed only", HelpName = "N" };
        var minutes = new Option<double>("--minutes") { Description = "Run fresh seeds for so long", HelpName = "M", DefaultValueFactory = _ => 1 };
        var scenario = new Option<string>("--scenario") { Description = "propagation (edges of one region), regions (three that all write), resolvers (caches of DNS), or all", DefaultValueFactory = _ => "all" };
        var report = new Option<string?>("--report") { Description = "followers: how the plane grows from 10 to 1,000 of them" };
        scenario.AcceptOnlyFromAmong("propagation", "regions", "resolvers", "all");
        report.AcceptOnlyFromAmong("followers");
        minutes.Validators.Add(result =>
        {
            // What is no number at all the parser refuses itself.
            if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given is not (> 0 and <= 10_000))
            {
                result.AddError("--minutes is more than 0 and at most 10000");
            }
        });
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON" };
        foreach (var option in new Option[] { seed, minutes, scenario, report, json })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(
            () => parsed.GetValue(report) is not null
                ? Report(parsed.GetValue(seed) ?? 1, parsed.GetValue(json))
                : Run(parsed.GetValue(scenario)!, parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(json), cancellation), // It has a default.
            cancellation));
        return command;
    }

    private static int Run(string scenario, long? only, TimeSpan time, bool asJson, CancellationToken cancellation)
    {
        var runs = new List<Func<long, (int Violations, string Report)>>();
        if (scenario is "propagation" or "all")
        {
            runs.Add(s => PropagationScenario.Run(s) is var r ? (r.Violations.Count, r.Report) : default);
        }

        if (scenario is "regions" or "all")
        {
            runs.Add(s => RegionScenario.Run(s) is var r ? (r.Violations.Count, r.Report) : default);
        }

        if (scenario is "resolvers" or "all")
        {
            runs.Add(s => ResolverScenario.Run(s) is var r ? (r.Violations.Count, r.Report) : default);
        }

        var first = only ?? BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
        var start = TimeProvider.System.GetTimestamp();
        var seeds = 0;
        for (var seed = first; !cancellation.IsCancellationRequested; seed = unchecked(seed + 1) & long.MaxValue)
        {
            foreach (var run in runs)
            {
                var (violations, text) = run(seed);
                if (violations > 0)
                {
                    Say(asJson, new { seed, violations, report = text }, text);
                    return ExitCode.Failed;
                }
            }

            seeds++;
            if (only is not null || TimeProvider.System.GetElapsedTime(start) >= time)
            {
                break;
            }
        }

        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Say(asJson, new { seeds, first, seconds, violations = 0 }, string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds from {first} in {seconds:0} s: nothing violated"));
        return ExitCode.Done;
    }

    private static void Say<T>(bool asJson, T outcome, string text)
    {
        if (asJson)
        {
            AdminCall.PrintJson(outcome);
        }
        else
        {
            Console.Out.WriteLine(text);
        }
    }

    private static int Report(long seed, bool asJson)
    {
        if (asJson)
        {
            AdminCall.PrintJson(Followers.Select(count => FollowerGrowth.Measure(count, seed) with { Storm = ResyncStorm.Measure(count, seed) }));
            return ExitCode.Done;
        }

        Console.Out.WriteLine("| followers | purge applied p50, p99 ms | log reads/s | peak in 100 ms after a start of the store | fetches/s | peak in 100 ms after it |");
        Console.Out.WriteLine("|---|---|---|---|---|---|");
        foreach (var count in Followers)
        {
            var row = FollowerGrowth.Measure(count, seed);
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Followers} | {row.Typical:0.0}, {row.Late:0.0} | {row.LogReads:0} | {row.LogReadsPeak} | {row.Fetches:0} | {row.FetchesPeak} |"));
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| followers of {ResyncStorm.Pages} pages, the store starts anew | most fetches in a second, limit {ResyncStorm.Limit} | readers that waited | answers named possibly old | all settled after s | without the rule: most in a second | readers that waited |"));
        Console.Out.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var count in Followers)
        {
            var (row, bare) = (ResyncStorm.Measure(count, seed), ResyncStorm.Measure(count, seed, withRule: false));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {row.Followers} | {row.Most} | {row.Waits} | {row.PossiblyOld} | {row.SettledAfter} | {bare.Most} | {bare.Waits} |"));
        }

        return ExitCode.Done;
    }
}
