using System.Diagnostics;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Running;

namespace EdgeCache.Load.Grid;

/// <summary>What was read from one node for one cell.</summary>
internal sealed record CellResult(Cell Cell, int Node, StaleCount Count);

/// <summary>Reads and writes the keys of a plan, all alike, and counts by cell and node.</summary>
internal sealed class CellRun(CellPlan plan, IRunEnvironment environment, double readsPerKeyAndNode, int seed)
{
    private const double WarmUpSeconds = 5;

    /// <summary>Delays in seconds that a probe of the first node saw beside the run.</summary>
    public IReadOnlyList<double> ProbedDelays { get; private set; } = [];

    public async Task<IReadOnlyList<CellResult>> GoAsync(double seconds, Action<string> progress, CancellationToken cancellation)
    {
        var recorder = new Recorder();
        var begin = Stopwatch.GetTimestamp();
        var measuredFrom = begin + (long)(WarmUpSeconds * Stopwatch.Frequency);
        var length = TimeSpan.FromSeconds(WarmUpSeconds + seconds);
        var choices = new Random(seed);
        var writers = Enumerable.Range(0, plan.Keys).Select(_ => new SemaphoreSlim(1)).ToArray();
        var reads = Drive(plan.Keys * readsPerKeyAndNode * environment.Targets.Count, length, begin, seed + 1, async due =>
        {
            int key, node;
            lock (choices)
            {
                (key, node) = (choices.Next(plan.Keys), choices.Next(environment.Targets.Count));
            }

            var sent = Stopwatch.GetTimestamp();
            var answer = await environment.Targets[node].ReadAsync(key, sent, null, CancellationToken.None);
            if (sent >= measuredFrom)
            {
                recorder.Add(new ReadSample(key, node, 0, due, sent, Stopwatch.GetTimestamp(), answer.Version, answer.ServedBy, answer.Error));
            }
        }, cancellation);
        var writes = Drive(plan.WritesPerSecond, length, begin, seed + 2, async _ =>
        {
            int key;
            lock (choices)
            {
                key = plan.PickWritten(choices);
            }

            await WriteAsync(key, writers[key]);
        }, cancellation);
        using var stopProbe = new CancellationTokenSource();
        var probing = PropagationProbe.MeasureAsync(new FirstNode(environment), plan.Keys, stopProbe.Token);
        var both = Task.WhenAll(reads, writes);
        while (await Task.WhenAny(both, Task.Delay(10_000, CancellationToken.None)) != both)
        {
            progress($"{Stopwatch.GetElapsedTime(measuredFrom).TotalSeconds:F0} of {seconds:F0} s, {recorder.Count} answers");
        }

        await both;
        await stopProbe.CancelAsync();
        ProbedDelays = await probing;
        return Count(recorder);
    }

    private static Task<long> Drive(double rate, TimeSpan length, long begin, int seed, Func<long, Task> fire, CancellationToken cancellation) =>
        OpenLoop.RunAsync(ArrivalProcess.Due(RateProfile.Constant(rate, length), ArrivalKind.Poisson, new Random(seed)), begin, fire, cancellation);

    private async Task WriteAsync(int key, SemaphoreSlim writer)
    {
        await writer.WaitAsync(CancellationToken.None);
        var version = environment.Ledger.Write(key, Stopwatch.GetTimestamp());
        var outcome = plan.CellOf(key).Purge ? await environment.PublishAsync(key, version, null, CancellationToken.None) : default;
        if (outcome.Error is null)
        {
            environment.Ledger.Acknowledge(key, version, Stopwatch.GetTimestamp());
        }

        writer.Release();
    }

    private List<CellResult> Count(Recorder recorder)
    {
        var counts = new Dictionary<(Cell, int), StaleCount>();
        foreach (var read in recorder.Reads().Where(r => r.Error is null))
        {
            var verdict = environment.Ledger.Judge(read.Key, read.Version, read.SentAt, read.DoneAt);
            if (verdict.Freshness is Freshness.Fresh or Freshness.Stale)
            {
                var place = (plan.CellOf(read.Key), read.Node);
                counts[place] = counts.GetValueOrDefault(place) + new StaleCount(1, verdict.Freshness == Freshness.Stale ? 1 : 0);
            }
        }

        return [.. counts.Select(c => new CellResult(c.Key.Item1, c.Key.Item2, c.Value)).OrderBy(c => c.Cell.FirstKey).ThenBy(c => c.Node)];
    }

    // The probe looks at the node without loss: what it sees is how quick a hint is, and the loss of the others is put on top by the model.
    private sealed class FirstNode(IRunEnvironment all) : IRunEnvironment
    {
        public IReadOnlyList<Targets.IReadTarget> Targets { get; } = [all.Targets[0]];

        public VersionLedger Ledger => all.Ledger;

        public long? UpstreamRequests => all.UpstreamRequests;

        public Scenarios.SeededDefect? SeededDefect => null;

        public Task<PublishOutcome> PublishAsync(int key, long version, string? session, CancellationToken cancellation) => all.PublishAsync(key, version, session, cancellation);

        public Task<IReadOnlyList<Reports.FaultSpan>> InjectAsync(IReadOnlyList<Scenarios.Fault> faults, TimeSpan warmUp, CancellationToken cancellation) => all.InjectAsync(faults, warmUp, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
