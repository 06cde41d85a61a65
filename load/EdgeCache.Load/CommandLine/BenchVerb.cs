using System.CommandLine;
using EdgeCache.Load.Bench;

namespace EdgeCache.Load.CommandLine;

/// <summary><c>edgecache-load bench NAME</c>: one command for each benchmark, and what it needs to serve.</summary>
internal static class BenchVerb
{
    private static readonly IReadOnlyDictionary<string, (string Says, Func<BenchPlan, CancellationToken, Task<string?>> Run)> All =
        new Dictionary<string, (string, Func<BenchPlan, CancellationToken, Task<string?>>)>
        {
            ["http-hit"] = ("hits of 1 KiB beside nginx", async (p, c) => await HttpBench.HitAsync(p, 1024, false, c)),
            ["http-hit-16k"] = ("hits of 16 KiB beside nginx", async (p, c) => await HttpBench.HitAsync(p, 16 * 1024, false, c)),
            ["http-hit-1m"] = ("hits of 1 MiB beside nginx", async (p, c) => await HttpBench.HitAsync(p, 1024 * 1024, false, c)),
            ["http-hit-zipf"] = ("hits over 100,000 objects of 1 KiB, zipf 0.99, beside nginx", async (p, c) => await HttpBench.HitAsync(p, 1024, true, c)),
            ["http-mix"] = ("19 hits for each miss that is stored, beside nginx", async (p, c) => await HttpBench.MixAsync(p, c)),
            ["http-miss"] = ("misses beside plain YARP and nginx", async (p, c) => await HttpBench.MissAsync(p, c)),
            ["purge-storm"] = ("hits with 1,000 purges a second", PurgeStormBench.RunAsync),
            ["propagation"] = ("purge to no old answer, beside bare Redis pub/sub", PropagationBench.RunAsync),
            ["dns-hit"] = ("cached DNS answers beside Unbound", async (p, c) => await DnsBench.RunAsync(p, c)),
            ["dns-sender"] = ("what the DNS sender reaches alone", async (p, c) => await DnsBench.SenderAsync(p, c)),
            ["publish"] = ("publishing beside a bare SQLite loop", async (p, c) => await PublishBench.RunAsync(p, c)),
        };

    public static Command Build(Func<ParseResult, IReadOnlyList<string>> program)
    {
        var command = new Command("bench", "Benchmarks beside peers, interleaved, on pinned processors; appends to load/results. Use -c Release.");
        var rounds = new Option<int>("--rounds") { Description = "Turns of each contestant", DefaultValueFactory = _ => 3, Recursive = true };
        var seconds = new Option<double>("--turn") { Description = "Seconds of each turn", DefaultValueFactory = _ => 4, Recursive = true };
        var results = new Option<string?>("--results") { Description = "Folder to append to (default: load/results where it runs from the checkout)", HelpName = "FOLDER", Recursive = true };
        command.Options.Add(rounds);
        command.Options.Add(seconds);
        command.Options.Add(results);
        foreach (var (name, (says, run)) in All)
        {
            var one = new Command(name, says);
            one.SetAction(async (parsed, _) =>
            {
                using var interruption = new Interruption();
                var plan = new BenchPlan
                {
                    Rounds = Math.Max(1, parsed.GetValue(rounds)),
                    Seconds = Math.Max(0.5, parsed.GetValue(seconds)),
                    Program = program(parsed),
                    Tool = ["dotnet", Path.Combine(AppContext.BaseDirectory, "edgecache-load.dll")],
                    Say = Console.Error.WriteLine,
                };
                return await RunAsync(name, run, plan, parsed.GetValue(results) ?? (Directory.Exists("load/results") ? "load/results" : null), interruption.Token);
            });
            command.Subcommands.Add(one);
        }

        return command;
    }

    /// <summary>Processes that benchmarks start of this very program.</summary>
    public static IEnumerable<Command> Servants()
    {
        var port = new Option<int>("--port") { Required = true };
        var origin = new Command("serve-origin", "The application behind the benchmarks' contestants") { Hidden = true };
        origin.Options.Add(port);
        origin.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            await FixedOrigin.RunAsync(parsed.GetValue(port), interruption.Token);
            return 0;
        });
        yield return origin;
        var yarpPort = new Option<int>("--port") { Required = true };
        var upstream = new Option<string>("--upstream") { Required = true };
        var yarp = new Command("serve-yarp", "Plain YARP, a peer") { Hidden = true };
        yarp.Options.Add(yarpPort);
        yarp.Options.Add(upstream);
        yarp.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            await PlainYarp.RunAsync(parsed.GetValue(yarpPort), new Uri(parsed.GetValue(upstream)!), interruption.Token); // It is required.
            return 0;
        });
        yield return yarp;
    }

    private static async Task<int> RunAsync(string name, Func<BenchPlan, CancellationToken, Task<string?>> run, BenchPlan plan, string? results, CancellationToken cancellation)
    {
        try
        {
            if (await run(plan, cancellation) is not { } table)
            {
                return 0;
            }

            Console.WriteLine(table);
            if (results is not null)
            {
                await ResultsFile.AppendAsync(results, name, table, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            }

            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("interrupted");
            return 1;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"{name}: {e.Message}");
            return 1;
        }
    }
}
