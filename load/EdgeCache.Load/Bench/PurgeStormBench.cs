using System.Net;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Running;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>What hits cost while 1,000 purges a second of other tags arrive.</summary>
internal static class PurgeStormBench
{
    private const int Connections = 64;
    private const double PurgesPerSecond = 1000;
    private const int Tags = 100_000;

    public static async Task<string?> RunAsync(BenchPlan plan, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("edgecache-bench-").FullName;
        var upstream = LoopbackPort.Free();
        await using var application = await PinnedProcess.StartAsync("origin", [.. plan.Tool, "serve-origin", "--port", $"{upstream}"], folder, upstream, plan.ClientCpu, cancellation);
        await using var plane = await PlaneProcesses.StartAsync(plan, 1, upstream, cancellation);
        if (plane is null)
        {
            return null;
        }

        using var publisher = new EdgeCachePublisher(plane.AdminPort, TimeSpan.Zero);
        var (port, process) = plane.Edges[0];
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var board = new ScoreBoard("HTTP hit during a purge storm, 1024 B", $"{Connections} connections; edge on CPU {plan.ServerCpu}; sender, Redis and origin on CPU {plan.ClientCpu}; compare the CPU time.");
        await HttpBlaster.RunAsync(server, ["/c/1024/1"], () => 0, Connections, 0, plan.WarmUpSeconds, plan.ClientCpu);
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var storm in (bool[])[false, true])
            {
                cancellation.ThrowIfCancellationRequested();
                long purged = 0;
                var length = TimeSpan.FromSeconds(storm ? plan.Seconds : 0.001);
                var purging = OpenLoop.RunAsync(
                    ArrivalProcess.Due(RateProfile.Constant(storm ? PurgesPerSecond : 0, length), ArrivalKind.Constant, new Random(round)), System.Diagnostics.Stopwatch.GetTimestamp(),
                    async _ =>
                    {
                        if ((await publisher.PurgeAsync(1000 + (int)(Interlocked.Increment(ref purged) % Tags), null, CancellationToken.None)).Error is not null)
                        {
                            Interlocked.Decrement(ref purged);
                        }
                    }, cancellation);
                var before = process.CpuSeconds();
                var blast = await HttpBlaster.RunAsync(server, ["/c/1024/1"], () => 0, Connections, 0, plan.Seconds, plan.ClientCpu);
                var cpu = (process.CpuSeconds() - before) * 1e6 / blast.Answers;
                await purging;
                var name = storm ? "with 1,000 purges/s" : "without purges";
                board.Add(name, new Score(blast.PerSecond, cpu, blast.Microseconds(50), blast.Microseconds(99)));
                plan.Say($"round {round + 1}, {name}: {blast.PerSecond:N0}/s, {cpu:F1} µs CPU, {purged / plan.Seconds:N0} purges/s");
            }
        }

        return board.ToString();
    }
}
