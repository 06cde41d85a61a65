using System.Diagnostics;
using System.Net;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Targets;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>Cached answers over UDP, 10,000 hot names, beside Unbound.</summary>
internal static class DnsBench
{
    private const int Names = 10_000;
    private const int Sockets = 4;
    private const int Window = 64;
    private const string Zone = "load.test";

    public static async Task<string> RunAsync(BenchPlan plan, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("edgecache-bench-").FullName;
        var ledger = new VersionLedger(Names, Stopwatch.GetTimestamp());
        await using var authority = VersionedAuthority.Start(ledger, 0, Zone, _ => TimeSpan.FromHours(1));
        var contestants = new List<(string Name, int Port, PinnedProcess Process)>();
        try
        {
            await AddAsync("unbound", port => Unbound(folder, port, authority.Address.Port), folder, plan, contestants, cancellation);
            await AddAsync("edgecache", port => [.. plan.Program, "resolver", "--dns", $"127.0.0.1:{port}", "--forward", $"{authority.Address}"], folder, plan, contestants, cancellation);
            return await RoundsAsync(plan, contestants, authority, cancellation);
        }
        finally
        {
            foreach (var contestant in contestants)
            {
                await contestant.Process.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RoundsAsync(
        BenchPlan plan, List<(string Name, int Port, PinnedProcess Process)> contestants, VersionedAuthority authority, CancellationToken cancellation)
    {
        string[] names = [.. Enumerable.Range(0, Names).Select(i => DnsTarget.NameOf(i, Zone))];
        var board = new ScoreBoard("DNS hit over UDP", $"{Names:N0} names, TXT; {Sockets} sockets, {Window} open queries on each; resolver on CPU {plan.ServerCpu}, sender on CPU {plan.ClientCpu}.");
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var (name, port, process) in contestants)
            {
                cancellation.ThrowIfCancellationRequested();
                var server = new IPEndPoint(IPAddress.Loopback, port);
                if (round == 0)
                {
                    await DnsBlaster.RunAsync(server, names, 1, 16, 0, plan.WarmUpSeconds, plan.ClientCpu);
                    await DnsBlaster.RunAsync(server, names, Sockets, Window, 0, plan.WarmUpSeconds, plan.ClientCpu);
                }

                var (cpu, upstream) = (process.CpuSeconds(), authority.Queries);
                var blast = await DnsBlaster.RunAsync(server, names, Sockets, Window, 0, plan.Seconds, plan.ClientCpu);
                var each = (process.CpuSeconds() - cpu) * 1e6 / Math.Max(1, blast.Answers);
                board.Add(name, new Score(blast.PerSecond, each, blast.Microseconds(50), blast.Microseconds(99)));
                plan.Say($"round {round + 1}, {name}: {blast.PerSecond:N0}/s, {each:F2} µs CPU, {blast.Bad} bad, {blast.Lost} lost, {authority.Queries - upstream} went upstream");
            }
        }

        return board.ToString();
    }

    /// <summary>The sender against a server that only turns queries round: what it can send at all.</summary>
    public static async Task<string> SenderAsync(BenchPlan plan, CancellationToken cancellation)
    {
        using var echo = EchoServer.Start(plan.ServerCpu);
        string[] names = [.. Enumerable.Range(0, Names).Select(i => DnsTarget.NameOf(i, Zone))];
        var board = new ScoreBoard("DNS sender alone", $"Before a server that only sets the answer bit, with the same system calls, on CPU {plan.ServerCpu}; sender on CPU {plan.ClientCpu}.");
        for (var round = 0; round < plan.Rounds && !cancellation.IsCancellationRequested; round++)
        {
            var blast = await DnsBlaster.RunAsync(echo.Address, names, Sockets, Window, round == 0 ? 1 : 0, plan.Seconds, plan.ClientCpu);
            board.Add("sender", new Score(blast.PerSecond, double.NaN, blast.Microseconds(50), blast.Microseconds(99)));
            plan.Say($"round {round + 1}: {blast.PerSecond:N0}/s, {blast.Lost} lost");
        }

        return board.ToString();
    }

    private static async Task AddAsync(
        string name, Func<int, IReadOnlyList<string>?> command, string folder, BenchPlan plan, List<(string, int, PinnedProcess)> into, CancellationToken cancellation)
    {
        var port = LoopbackPort.Free();
        if (command(port) is { } words)
        {
            into.Add((name, port, await PinnedProcess.StartAsync(name, words, folder, port, plan.ServerCpu, cancellation)));
        }
        else
        {
            plan.Say($"{name} is not on PATH: skipped (Debian: apt-get install {name})");
        }
    }

    private static List<string>? Unbound(string folder, int port, int authority)
    {
        if (ProgramPath.Find("unbound") is not { } unbound)
        {
            return null;
        }

        var file = Path.Combine(folder, "unbound.conf");
        File.WriteAllText(file, $"""
            server:
              interface: 127.0.0.1@{port}
              username: ""
              chroot: ""
              directory: ""
              pidfile: ""
              use-syslog: no
              do-daemonize: no
              do-not-query-localhost: no
              num-threads: 1
              msg-cache-size: 64m
              rrset-cache-size: 128m
              module-config: "iterator"
              local-zone: "test." nodefault
            forward-zone:
              name: "{Zone}"
              forward-addr: 127.0.0.1@{authority}
            """);
        return [unbound, "-d", "-c", file];
    }
}
