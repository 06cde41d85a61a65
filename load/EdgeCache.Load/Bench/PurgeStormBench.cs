using System.Globalization;
using System.Net;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Running;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>
/// What hits cost while 1,000 purges a second of other tags arrive. The purges go on all the time: in one turn to the origin that the edge follows, in the other to a second one that
/// nobody follows, so that the sender's processor is as busy in both. The sender of hits yields to purges.
/// </summary>
internal static class PurgeStormBench
{
    private const int Connections = 64;
    private const double PurgesPerSecond = 1000;
    private const int Tags = 100_000;
    private const double WarmUpSeconds = 20;

    /// <summary>A purge due while so many wait is left out: an origin that cannot keep up would work off the rest in the next turn.</summary>
    private const int MostInFlight = 64;
    private const string Calm = "purges elsewhere";
    private const string Storm = "purges followed";

    public static async Task<string?> RunAsync(BenchPlan plan, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("edgecache-bench-").FullName;
        var upstream = LoopbackPort.Free();
        await using var application = await PinnedProcess.StartAsync("origin", [.. plan.Tool, "serve-origin", "--port", $"{upstream}"], folder, upstream, plan.ClientCpu, cancellation);
        await using var followed = await PlaneProcesses.StartAsync(plan, 1, upstream, cancellation);
        await using var elsewhere = followed is null ? null : await PlaneProcesses.StartAsync(plan, 0, upstream, cancellation);
        if (followed is null || elsewhere is null)
        {
            return null;
        }

        using var storm = new EdgeCachePublisher(followed.AdminPort, TimeSpan.Zero);
        using var calm = new EdgeCachePublisher(elsewhere.AdminPort, TimeSpan.Zero);
        var (port, edge) = followed.Edges[0];
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var board = new ScoreBoard("HTTP hit during a purge storm, 1024 B", $"{Connections} connections; edge on CPU {plan.ServerCpu}; on CPU {plan.ClientCpu} the sender, which yields to Redis, the origin and {PurgesPerSecond:N0} purges a second; compare the CPU time.");
        // Code that is not compiled yet costs several times as much.
        foreach (var publisher in (EdgeCachePublisher[])[calm, storm])
        {
            _ = await TurnAsync(plan, server, edge, publisher, Math.Max(plan.WarmUpSeconds, WarmUpSeconds), cancellation);
        }

        var taken = new List<double>();
        for (var round = 0; round < plan.Rounds; round++)
        {
            var without = await TurnAsync(plan, server, edge, calm, plan.Seconds, cancellation);
            var with = await TurnAsync(plan, server, edge, storm, plan.Seconds, cancellation);
            board.Add(Calm, without.Score);
            board.Add(Storm, with.Score);
            taken.Add((with.Score.CpuMicroseconds - without.Score.CpuMicroseconds) * with.Score.PerSecond / 1e6);
            foreach (var (name, turn) in ((string, Turn)[])[(Calm, without), (Storm, with)])
            {
                plan.Say($"round {round + 1}, {name}: {turn.Score.PerSecond:N0}/s, {turn.Score.CpuMicroseconds:F1} µs CPU, {turn.PurgesPerSecond:N0} purges/s accepted");
            }
        }

        var share = taken.Order().ElementAt(taken.Count / 2);
        return board + string.Create(CultureInfo.InvariantCulture, $"\nThe storm takes {share:P1} of the edge's processor: a saturated edge keeps {1 - share:F2} of its hits.\n");
    }

    private static async Task<Turn> TurnAsync(BenchPlan plan, IPEndPoint server, PinnedProcess edge, EdgeCachePublisher publisher, double seconds, CancellationToken cancellation)
    {
        long asked = 0;
        long accepted = 0;
        long flying = 0;
        var due = ArrivalProcess.Due(RateProfile.Constant(PurgesPerSecond, TimeSpan.FromSeconds(seconds)), ArrivalKind.Constant, new Random(1));
        var purging = OpenLoop.RunAsync(
            due,
            System.Diagnostics.Stopwatch.GetTimestamp(),
            async _ =>
            {
                var tag = 1000 + (int)(Interlocked.Increment(ref asked) % Tags);
                if (Interlocked.Increment(ref flying) <= MostInFlight && (await publisher.PurgeAsync(tag, null, CancellationToken.None)).Error is null)
                {
                    Interlocked.Increment(ref accepted);
                }

                Interlocked.Decrement(ref flying);
            },
            cancellation);
        var before = edge.CpuSeconds();
        var blast = await HttpBlaster.RunAsync(server, ["/c/1024/1"], () => 0, Connections, 0, seconds, plan.ClientCpu, yields: true);
        var cpu = (edge.CpuSeconds() - before) * 1e6 / blast.Answers;
        var inTime = Interlocked.Read(ref accepted);
        await purging;
        return new Turn(new Score(blast.PerSecond, cpu, blast.Microseconds(50), blast.Microseconds(99)), inTime / seconds);
    }

    private sealed record Turn(Score Score, double PurgesPerSecond);
}
