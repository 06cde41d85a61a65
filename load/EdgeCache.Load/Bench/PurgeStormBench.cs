using System.Globalization;
using System.Net;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Running;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>
/// What 1,000 purges a second of other tags take of the processor of an edge that answers hits. The purges go on all the time: in one turn to the origin that the edge follows, in the other to a second one that
/// nobody follows. Hits are offered at a rate that leaves room on the sender's processor for all else, since nothing on two processors can saturate the edge beside that: what the edge spends more is what hits lack.
/// An edge at rest is woken for each purge, so a busy one spends less.
/// </summary>
internal static class PurgeStormBench
{
    private const int Connections = 64;
    private const double PurgesPerSecond = 1000;
    private const int Tags = 100_000;
    private const double HitsPerSecond = 10_000;
    private const double WarmUpSeconds = 20;

    /// <summary>Turns are short and alternate, so that what else the machine does meets both.</summary>
    private const double TurnSeconds = 3;
    private const int TurnsPerRound = 4;

    /// <summary>A purge due while so many wait is left out: an origin that cannot keep up would work off the rest in the next turn.</summary>
    private const int MostInFlight = 64;

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
        // Code that is not compiled yet costs several times as much.
        foreach (var publisher in (EdgeCachePublisher[])[calm, storm])
        {
            _ = await TurnAsync(plan, server, edge, publisher, Math.Max(plan.WarmUpSeconds, WarmUpSeconds), cancellation);
        }

        var pairs = new List<(Turn Calm, Turn Storm)>();
        for (var turn = 0; turn < plan.Rounds * TurnsPerRound; turn++)
        {
            var without = await TurnAsync(plan, server, edge, calm, TurnSeconds, cancellation);
            var with = await TurnAsync(plan, server, edge, storm, TurnSeconds, cancellation);
            pairs.Add((without, with));
            plan.Say($"turn {turn + 1}: {without.Share:P1} without, {with.Share:P1} with {with.PurgesPerSecond:N0} purges/s; {without.HitsPerSecond:N0} and {with.HitsPerSecond:N0} hits/s");
        }

        // Where the machine did not give the load its time, the two turns are not comparable.
        var whole = pairs.FindAll(p => p.Calm.IsWhole && p.Storm.IsWhole);
        plan.Say($"{whole.Count} of {pairs.Count} pairs had all of their hits and purges");
        return whole.Count * 2 >= pairs.Count ? Report(plan, whole) : null;
    }

    private static string Report(BenchPlan plan, List<(Turn Calm, Turn Storm)> pairs)
    {
        var culture = CultureInfo.InvariantCulture;
        double[] taken = [.. pairs.Select(p => p.Storm.Share - p.Calm.Share).Order()];
        double At(double part) => taken[(int)(part * (taken.Length - 1))];
        double Median(Func<(Turn Calm, Turn Storm), double> of) => pairs.Select(of).Order().ElementAt(pairs.Count / 2);
        var purges = Median(p => p.Storm.PurgesPerSecond);
        return string.Create(culture, $"### Hits during a purge storm, 1024 B\n\n{HitsPerSecond:N0} hits/s offered over {Connections} connections; edge on CPU {plan.ServerCpu}; sender, Redis and origin on CPU {plan.ClientCpu}; {pairs.Count} pairs of turns of {TurnSeconds} s; medians.\n\n")
            + "| | purges/s accepted | hits/s | edge's processor |\n|---|---|---|---|\n"
            + string.Create(culture, $"| purges elsewhere | {Median(p => p.Calm.PurgesPerSecond):N0} | {Median(p => p.Calm.HitsPerSecond):N0} | {Median(p => p.Calm.Share):P1} |\n")
            + string.Create(culture, $"| purges followed | {purges:N0} | {Median(p => p.Storm.HitsPerSecond):N0} | {Median(p => p.Storm.Share):P1} |\n\n")
            + string.Create(culture, $"The storm takes {At(0.5):P1} of the edge's processor (half of the pairs between {At(0.25):P1} and {At(0.75):P1}), {At(0.5) * 1e6 / purges:F0} µs a purge: {1 - At(0.5):F2} of its hits are left.\n");
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
        var blast = await HttpBlaster.RunAsync(server, ["/c/1024/1"], () => 0, Connections, 0, seconds, plan.ClientCpu, HitsPerSecond);
        var share = (edge.CpuSeconds() - before) / seconds;
        var inTime = Interlocked.Read(ref accepted);
        await purging;
        return new Turn(share, blast.PerSecond, inTime / seconds);
    }

    private sealed record Turn(double Share, double HitsPerSecond, double PurgesPerSecond)
    {
        private const double Nearly = 0.95;

        public bool IsWhole => HitsPerSecond >= Nearly * PurgeStormBench.HitsPerSecond && PurgesPerSecond >= Nearly * PurgeStormBench.PurgesPerSecond;
    }
}
