using System.Net;
using EdgeCache.Load.Keys;

namespace EdgeCache.Load.Bench;

/// <summary>Hits and misses over HTTP/1.1 keep-alive, 64 connections.</summary>
internal static class HttpBench
{
    private const int Connections = 64;
    private const int ZipfObjects = 100_000;
    private const int HotObjects = 100;
    private const int NewObjects = 400_000;
    private const int HitsForEachMiss = 19;
    private const double HitWarmUpSeconds = 10;
    private const double MissWarmUpSeconds = 20;
    private static readonly string[] HitContestants = ["nginx", "edgecache"];
    private static readonly string[] MissContestants = ["yarp", "nginx", "edgecache"];

    /// <summary>One object of <paramref name="size"/> bytes, over and over; <paramref name="zipf"/>: 100,000 objects, few of which get most of the requests.</summary>
    public static Task<string> HitAsync(BenchPlan plan, int size, bool zipf, CancellationToken cancellation)
    {
        string[] paths = zipf ? [.. Enumerable.Range(0, ZipfObjects).Select(i => $"/c/{size}/{i}")] : [$"/c/{size}/1"];
        return RunAsync(
            plan with { WarmUpSeconds = Math.Max(plan.WarmUpSeconds, HitWarmUpSeconds) }, $"HTTP hit, {(zipf ? $"zipf 0.99 over {ZipfObjects:N0} objects of {size} B" : $"{size} B")}", HitContestants, paths, round => Chooser(paths.Length, zipf, round), fills: zipf, cancellation);
    }

    /// <summary>One object of twenty was never asked for before and is stored; the others are a hundred that were.</summary>
    public static Task<string> MixAsync(BenchPlan plan, CancellationToken cancellation)
    {
        string[] paths = [.. Enumerable.Range(0, HotObjects).Select(i => $"/c/1024/{i}"), .. Enumerable.Range(0, NewObjects).Select(i => $"/c/1024/new{i}")];
        var (asked, next) = (0, 0);

        // A miss takes far more code than a hit, and only each twentieth request runs it.
        return RunAsync(plan with { WarmUpSeconds = Math.Max(plan.WarmUpSeconds, MissWarmUpSeconds) }, "HTTP mix of 95 % hits and 5 % misses, 1024 B", HitContestants, paths, _ => Choose, fills: false, cancellation);

        // Across all turns, so that no object is new twice for anybody.
        int Choose() => ++asked % (HitsForEachMiss + 1) != 0 ? asked % HotObjects : next < NewObjects ? HotObjects + next++ : throw new InvalidOperationException("the run is too long for its objects");
    }

    /// <summary>Answers that may not be stored: what the cache costs where it cannot help.</summary>
    public static Task<string> MissAsync(BenchPlan plan, CancellationToken cancellation) =>
        RunAsync(plan with { WarmUpSeconds = Math.Max(plan.WarmUpSeconds, MissWarmUpSeconds) }, "HTTP miss, 1024 B, no-store", MissContestants, ["/n/1024/1"], _ => static () => 0, fills: false, cancellation);

    private static async Task<string> RunAsync(BenchPlan plan, string title, string[] names, string[] paths, Func<int, Func<int>> chooser, bool fills, CancellationToken cancellation)
    {
        await using var contestants = await HttpContestants.StartAsync(plan, names, cancellation);
        var board = new ScoreBoard(title, $"{Connections} connections; server on CPU {plan.ServerCpu}, sender and application on CPU {plan.ClientCpu}; {plan.Seconds:F0} s a turn.");
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var (name, port, process) in contestants.Ready)
            {
                cancellation.ThrowIfCancellationRequested();
                var server = new IPEndPoint(IPAddress.Loopback, port);
                if (round == 0)
                {
                    // Every object once, then the warm-up.
                    await FillAsync(server, fills ? paths : [], plan, cancellation);
                    await HttpBlaster.RunAsync(server, paths, chooser(round), Connections, 0, plan.WarmUpSeconds, plan.ClientCpu);
                }

                var before = process.CpuSeconds();
                var blast = await HttpBlaster.RunAsync(server, paths, chooser(round), Connections, 0, plan.Seconds, plan.ClientCpu);
                var cpu = (process.CpuSeconds() - before) * 1e6 / blast.Answers;
                if (blast.Bad > 0)
                {
                    throw new InvalidOperationException($"{name}: {blast.Bad} of {blast.Answers} answers were not 200");
                }

                board.Add(name, new Score(blast.PerSecond, cpu, blast.Microseconds(50), blast.Microseconds(99)));
                plan.Say($"{title}: round {round + 1}, {name} {blast.PerSecond:N0}/s, {cpu:F1} µs CPU");
            }
        }

        return board.ToString();
    }

    private static async Task FillAsync(IPEndPoint server, string[] paths, BenchPlan plan, CancellationToken cancellation)
    {
        if (paths.Length == 0)
        {
            return;
        }

        plan.Say($"filling {paths.Length} objects");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{server}") };
        await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellation }, async (path, c) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "bench.test" } };
            using var response = await client.SendAsync(request, c);
            response.EnsureSuccessStatusCode();
        });
    }

    private static Func<int> Chooser(int count, bool zipf, int seed)
    {
        if (!zipf)
        {
            return () => 0;
        }

        // Drawn beforehand: a binary search for each request would be the sender's own cost.
        var keys = new ZipfKeys(count, 0.99);
        var random = new Random(seed);
        int[] drawn = [.. Enumerable.Range(0, 1 << 20).Select(_ => keys.Pick(random))];
        var at = 0;
        return () => drawn[at = (at + 1) & (drawn.Length - 1)];
    }
}
