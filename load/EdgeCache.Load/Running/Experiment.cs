using System.Diagnostics;
using EdgeCache.Load.Checking;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>One scenario from start to report: set-up, run, judgement. The one place that knows the order.</summary>
public sealed class Experiment
{
    private const int ExamplesKept = 5;
    private const double MaxErrorShare = 0.5;

    private readonly Scenario _scenario;
    private readonly GateLimits _limits;
    private readonly TimeProvider _time;

    /// <summary>Prepares one.</summary>
    public Experiment(Scenario scenario, GateLimits limits, TimeProvider time)
    {
        _scenario = scenario;
        _limits = limits;
        _time = time;
    }

    /// <summary>Called about once a second while it runs, with a line for the console.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Runs it on an environment that is already up. Cancellation ends the run early and still reports.</summary>
    public async Task<RunReport> RunAsync(IRunEnvironment environment, CancellationToken cancellation)
    {
        var run = new Run(_scenario, environment.Targets, environment.Ledger, environment.PublishAsync);
        var startedAt = _time.GetUtcNow();
        using var stopFaults = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var upstreamBefore = environment.UpstreamRequests;
        var clock = Stopwatch.StartNew();
        var going = run.GoAsync(cancellation);
        var faults = environment.InjectAsync(_scenario.Faults, TimeSpan.FromSeconds(_scenario.WarmUpSeconds), stopFaults.Token);
        while (await Task.WhenAny(going, Task.Delay(1000, CancellationToken.None)) != going)
        {
            Progress($"{clock.Elapsed.TotalSeconds,4:F0} s of {_scenario.WarmUpSeconds + _scenario.Seconds:F0}  {run.Recorder.Count} answers  {run.WriteErrors} write errors");
        }

        await going;
        var seconds = clock.Elapsed.TotalSeconds;
        await stopFaults.CancelAsync();
        var spans = await faults;
        return Report(run, environment, startedAt, (environment.UpstreamRequests - upstreamBefore) / seconds, spans, cancellation.IsCancellationRequested);
    }

    private RunReport Report(
        Run run, IRunEnvironment environment, DateTimeOffset startedAt, double upstream, IReadOnlyList<FaultSpan> faults, bool interrupted)
    {
        var allowed = _scenario.AllowedMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;
        var measured = run.Recorder.Judge(environment.Ledger, allowed, run.StartedAt);
        var reads = run.Recorder.Reads();
        var spread = Propagation.Of(environment.Ledger, reads, environment.Targets.Count, run.StartedAt);
        var (predicted, by) = Predictor.Predict(_scenario, run.Keys, environment.Targets.Count, spread.DelaySeconds);
        SessionViolation[] violations = [.. SessionChecker.MonotonicReads(reads), .. SessionChecker.ReadYourWrites(reads, run.Writes)];
        var written = Enumerable.Range(0, environment.Ledger.Keys).Sum(k => environment.Ledger.Newest(k) - 1);
        var report = new RunReport
        {
            Scenario = _scenario,
            StartedAt = startedAt.ToString("O"),
            Nodes = [.. environment.Targets.Select(t => t.Name)],
            Interrupted = interrupted,
            Measured = measured,
            Predicted = predicted,
            PredictedBy = by,
            PredictionLeft = measured.StaleRate < predicted.Low || measured.StaleRate > predicted.High,
            UpstreamPerSecond = upstream,
            Writes = written,
            WriteErrors = run.WriteErrors,
            FirstFreshMilliseconds = spread.ByNode.ToDictionary(n => environment.Targets[n.Key].Name, n => n.Value),
            LastFreshMilliseconds = spread.Last,
            SessionViolations = violations.GroupBy(v => v.Guarantee).ToDictionary(g => g.Key, g => (long)g.Count()),
            SessionExamples = [.. violations.Take(ExamplesKept)],
            Faults = faults,
            Void = WhyVoid(measured, run),
        };
        return report with { Gate = _limits.Judge(report) };
    }

    private string? WhyVoid(Measurement measured, Run run)
    {
        if (measured.Answers == 0)
        {
            return "no read was answered" + (measured.Errors.Count == 0 ? "" : $": {string.Join(", ", measured.Errors.Select(e => $"{e.Key} {e.Value}"))}");
        }

        if (measured.Unknown == measured.Answers)
        {
            return "the target's answers carry no version that the tool's origin wrote; does it stand in front of that origin?";
        }

        if (measured.Errors.Values.Sum() > MaxErrorShare * (measured.Answers + measured.Errors.Values.Sum()))
        {
            return "more than half of the reads failed";
        }

        if (run.Dropped > 0)
        {
            return $"{run.Dropped} arrivals were dropped because more than {OpenLoop.MaxInFlight} were in flight";
        }

        return measured.SchedulingLagMilliseconds.P99 > _scenario.MaxSchedulingLagMilliseconds
            ? $"the generator itself was {measured.SchedulingLagMilliseconds.P99:F1} ms late at its 99th percentile; allowed are {_scenario.MaxSchedulingLagMilliseconds} ms"
            : null;
    }
}
