using System.Diagnostics;
using System.Globalization;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Targets;
using EdgeCache.Load.Topology;
using StackExchange.Redis;

namespace EdgeCache.Load.Bench;

/// <summary>From a purge being accepted to no node serving the old answer, over Redis, beside bare Redis pub/sub through the client library that EdgeCache uses.</summary>
internal static class PropagationBench
{
    private const int Edges = 2;
    private const int PerRound = 100;

    // Between two probes of an edge. Probes without a pause keep both processors busy, and then every figure is the scheduler's.
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(1);

    public static async Task<string?> RunAsync(BenchPlan plan, CancellationToken cancellation)
    {
        var ledger = new VersionLedger(1, Stopwatch.GetTimestamp());
        await using var origin = await VersionedOrigin.StartAsync(ledger, 0, _ => TimeSpan.FromHours(1), cancellation);
        await using var plane = await PlaneProcesses.StartAsync(plan, Edges, origin.Port, cancellation);
        if (plane is null)
        {
            return null;
        }

        using var publisher = new EdgeCachePublisher(plane.AdminPort, TimeSpan.Zero);
        var targets = plane.Edges.Select((e, i) => new HttpTarget(new Uri($"http://127.0.0.1:{e.Port}"), name: $"edge-{i + 1}")).ToArray();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{plane.RedisPort}");
        var (bare, old, accepted, sent) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= plan.Rounds; round++)
        {
            if (round == 1)
            {
                // Round 0 warmed everything up.
                (bare, old, accepted, sent) = ([], [], [], []);
            }

            await WhileProbedAsync(targets, () => PubSubAsync(redis, bare, cancellation), cancellation);
            await PurgesAsync(publisher, ledger, targets, old, accepted, sent, cancellation);
            plan.Say($"round {round}: pub/sub p50 {Quantile(bare, 0.5):F2} ms, purge accepted to everywhere p50 {Quantile(accepted, 0.5):F2} ms, sent to everywhere p50 {Quantile(sent, 0.5):F2} ms");
        }

        foreach (var target in targets)
        {
            await target.DisposeAsync();
        }

        return Table(bare, old, accepted, sent);
    }

    // The probes that look for old answers run beside the bare message, too, so that both find the processors equally busy.
    private static async Task WhileProbedAsync(HttpTarget[] targets, Func<Task> measured, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probing = Task.WhenAll(targets.Select(async target =>
        {
            while (!enough.IsCancellationRequested)
            {
                await target.ReadAsync(0, Stopwatch.GetTimestamp(), null, cancellation);
                await Task.Delay(Spacing, cancellation);
            }
        }));
        await measured();
        await enough.CancelAsync();
        await probing;
    }

    private static async Task PubSubAsync(ConnectionMultiplexer redis, List<double> into, CancellationToken cancellation)
    {
        var channel = RedisChannel.Literal("bench");
        var arrived = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(channel, (_, _) => arrived.TrySetResult(Stopwatch.GetTimestamp()));
        for (var i = 0; i < PerRound && !cancellation.IsCancellationRequested; i++)
        {
            arrived = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            var from = Stopwatch.GetTimestamp();
            await redis.GetSubscriber().PublishAsync(channel, new byte[200]);
            into.Add(Milliseconds(from, await arrived.Task.WaitAsync(TimeSpan.FromSeconds(5), cancellation)));
            await Task.Delay(5, cancellation);
        }

        await redis.GetSubscriber().UnsubscribeAsync(channel);
    }

    private static async Task PurgesAsync(
        EdgeCachePublisher publisher, VersionLedger ledger, HttpTarget[] targets, List<double> old, List<double> accepted, List<double> sent, CancellationToken cancellation)
    {
        for (var i = 0; i < PerRound && !cancellation.IsCancellationRequested; i++)
        {
            await Task.WhenAll(targets.Select(t => t.ReadAsync(0, 0, null, cancellation).AsTask()));
            var version = ledger.Write(0, Stopwatch.GetTimestamp());
            var from = Stopwatch.GetTimestamp();
            var seen = Task.WhenAll(targets.Select(t => TurnAsync(t, version, cancellation)));
            var outcome = await publisher.PurgeAsync(0, null, cancellation);
            var at = Stopwatch.GetTimestamp();
            if (outcome.Error is { } error)
            {
                throw new InvalidOperationException($"a purge was refused: {error}");
            }

            var answers = await seen;
            var everywhere = answers.Max(a => a.FirstNew);
            old.Add(Milliseconds(at, Math.Max(at, answers.Max(a => a.LastOld))));
            accepted.Add(Milliseconds(at, Math.Max(at, everywhere)));
            sent.Add(Milliseconds(from, everywhere));
            await Task.Delay(5, cancellation);
        }
    }

    // When the last request was sent that got the old answer, and the first that got the new one: the turn lies between.
    private static async Task<(long LastOld, long FirstNew)> TurnAsync(HttpTarget target, long version, CancellationToken cancellation)
    {
        var (last, limit) = (0L, Stopwatch.StartNew());
        while (limit.Elapsed < TimeSpan.FromSeconds(5))
        {
            var at = Stopwatch.GetTimestamp();
            var answer = await target.ReadAsync(0, at, null, cancellation);
            if (answer.Version >= version)
            {
                return (last, at);
            }

            last = at;
            await Task.Delay(Spacing, cancellation);
        }

        throw new InvalidOperationException($"{target.Name} still serves the old answer after 5 s");
    }

    private static string Table(List<double> bare, List<double> old, List<double> accepted, List<double> sent)
    {
        string Row(string name, List<double> v) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Quantile(v, 0.5):F2} | {Quantile(v, 0.9):F2} | {Quantile(v, 0.99):F2} | {v.Max():F2} | {Quantile(v, 0.5) / Quantile(bare, 0.5):F2} | {v.Count} |\n");
        return $"### Purge propagation over Redis, {Edges} edges\n\nMilliseconds. Each edge is probed every millisecond, during the bare messages too; the change-over lies between the last old answer and the first new one.\n\n"
            + "| | p50 | p90 | p99 | max | × bare, p50 | count |\n|---|---|---|---|---|---|---|\n"
            + Row("bare pub/sub, publish to receive", bare) + Row("purge accepted to the last old answer anywhere", old) + Row("purge accepted to the first new answer everywhere", accepted) + Row("purge sent to the first new answer everywhere", sent);
    }

    private static double Milliseconds(long from, long to) => (to - from) * 1000d / Stopwatch.Frequency;

    private static double Quantile(List<double> values, double q)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, q * sorted.Length)];
    }
}
