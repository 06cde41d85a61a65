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

    /// <summary>False: the generator is not tried alone first, for many short runs side by side, which would disturb each other there.</summary>
    public bool TriesGenerator { get; init; } = true;

    /// <summary>Called about once a second while it runs, with a line for the console.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Runs it on an environment that is already up. Cancellation ends the run early and still reports.</summary>
    public async Task<RunReport> RunAsync(IRunEnvironment environment, CancellationToken cancellation)
    {
        var startedAt = _time.GetUtcNow();
        GeneratorReport? generator = null;
        if (TriesGenerator)
        {
            Progress("the generator alone, at twice the rate");
            generator = await GeneratorCheck.RunAsync(_scenario, cancellation);
        }

        var run = new Run(_scenario, environment);
        using var stopFaults = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var upstreamBefore = environment.UpstreamRequests;
        using var stopProbe = new CancellationTokenSource();
        var probing = _scenario.Writes is { Purge: true, Rate: > 0 } && !_scenario.Feed
            ? PropagationProbe.MeasureAsync(environment, _scenario.Keys.Count, stopProbe.Token)
            : Task.FromResult<IReadOnlyList<double>>([]);
        var clock = Stopwatch.StartNew();
        var going = run.GoAsync(cancellation);
        var faults = environment.InjectAsync(_scenario.Faults, TimeSpan.FromSeconds(_scenario.WarmUpSeconds), stopFaults.Token);
        while (await Task.WhenAny(going, Task.Delay(1000, CancellationToken.None)) != going)
        {
            var at = clock.Elapsed.TotalSeconds - _scenario.WarmUpSeconds;
            Progress(at < 0
                ? $"warming up, {-at:F0} s left"
                : $"{at,4:F0} of {_scenario.Seconds:F0} s  {run.Recorder.Count} answers  {run.Written} writes, {run.WriteErrors} not acknowledged");
        }

        await going;
        var seconds = clock.Elapsed.TotalSeconds;
        await stopProbe.CancelAsync();
        await stopFaults.CancelAsync();
        var spans = await faults;
        var upstream = (environment.UpstreamRequests - upstreamBefore) / seconds;
        return Report(run, environment, startedAt, upstream, spans, generator, await probing, cancellation.IsCancellationRequested);
    }

    private RunReport Report(
        Run run, IRunEnvironment environment, DateTimeOffset startedAt, double? upstream, IReadOnlyList<FaultSpan> faults, GeneratorReport? generator,
        IReadOnlyList<double> delays, bool interrupted)
    {
        var bound = AnnouncedBound.Of(_scenario);
        var measured = run.Recorder.Judge(environment.Ledger, bound.Milliseconds, run.StartedAt);
        var reads = run.Recorder.Reads();
        var spread = Propagation.Of(environment.Ledger, reads, environment.Targets.Count, run.StartedAt);
        var prediction = Predictor.Predict(_scenario, run.Keys, environment.Targets.Count, delays);
        var spoilt = WhyVoid(measured, run);
        var disturbed = WhyDisturbed(measured, generator, interrupted);
        SessionViolation[] violations =
        [
            .. SessionChecker.MonotonicReads(reads), .. SessionChecker.ReadYourWrites(reads, run.Writes), .. SessionChecker.CommentsWithoutPosts(run.FeedReads, run.Posts),
        ];
        var report = new RunReport
        {
            Scenario = _scenario,
            StartedAt = startedAt.ToString("O"),
            Nodes = [.. environment.Targets.Select(t => t.Name)],
            Interrupted = interrupted,
            Measured = measured,
            Bound = bound,
            Generator = generator,
            Predicted = prediction,
            PredictionLeft = prediction is { Share: var share } && (measured.StaleRate < share.Low || measured.StaleRate > share.High),
            UpstreamPerSecond = upstream,
            Writes = run.Written,
            WriteErrors = run.WriteErrors,
            Propagation = spread.ByNode.ToDictionary(n => environment.Targets[n.Key].Name, n => n.Value),
            LastFreshMilliseconds = spread.Last,
            Probe = delays.Count == 0 ? null : Propagation.Distribution([.. delays.Select(d => d * 1000)]),
            SessionViolations = violations.GroupBy(v => v.Guarantee).ToDictionary(g => g.Key, g => (long)g.Count()),
            SessionExamples = [.. violations.GroupBy(v => v.Guarantee).SelectMany(g => g.Take(ExamplesKept))],
            Faults = faults,
            SeededDefect = environment.SeededDefect,
            Void = spoilt ?? disturbed,
            Disturbed = spoilt is null && disturbed is not null,
        };
        return report with { Gate = _limits.Judge(report) };
    }

    // The machine's fault: the same run may be sound when it is made again.
    private string? WhyDisturbed(Measurement measured, GeneratorReport? generator, bool interrupted)
    {
        if (generator is { IsStrongEnough: false } && !interrupted)
        {
            return $"the generator alone reached {generator.AlonePerSecond:F0}/s; twice the rate it is used at would be {generator.WantedPerSecond:F0}/s";
        }

        return measured.SchedulingLagMilliseconds.P99 > _scenario.MaxSchedulingLagMilliseconds
            ? $"the generator itself was {measured.SchedulingLagMilliseconds.P99:F1} ms late at its 99th percentile; allowed are {_scenario.MaxSchedulingLagMilliseconds} ms"
            : null;
    }

    private static string? WhyVoid(Measurement measured, Run run)
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

        return run.Dropped > 0 ? $"{run.Dropped} arrivals were dropped because more than {OpenLoop.MaxInFlight} were in flight" : null;
    }
}
