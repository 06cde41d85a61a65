using EdgeCache.Load.Measuring;
using EdgeCache.Load.Prediction;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Tests.Reports;

/// <summary>A report with something in every corner: 10 of 100 stale, 2 beyond the bound, a fault, a broken gate, text that must be escaped.</summary>
internal static class Example
{
    public static Scenario Scenario { get; } = new() { Name = "example", Chapter = "A <chapter> & more.", Expect = "This | that." };

    public static RunReport Report()
    {
        var some = new Quantiles(10, 20, 40, 40, 40, 10);
        var report = new RunReport
        {
            Scenario = Scenario,
            StartedAt = "2026-01-02T03:04:05Z",
            Nodes = ["edge-1", "edge-2"],
            Measured = new Measurement
            {
                Answers = 105,
                Errors = new Dictionary<string, long> { ["timed-out"] = 2 },
                Fresh = 90,
                Undecided = 5,
                Stale = 10,
                StaleHits = 9,
                Violations = 2,
                Unknown = 0,
                Hits = 80,
                StaleMilliseconds = some,
                StaleVersions = some,
                LatencyMilliseconds = some,
                SchedulingLagMilliseconds = some,
                Seconds = [new SecondOfRun(0, 50, 4, 0, 30), new SecondOfRun(1, 55, 6, 2, 40)],
                Keys = [new KeyCount(0, 60, 8), new KeyCount(1, 40, 2)],
                Offenders = [new Offender(7, 1, 1.25, 3, 2, 40)],
            },
            Bound = new AnnouncedBound(35, "the scenario"),
            Generator = new GeneratorReport(50, 100, 99, 1),
            Predicted = new RunPrediction(new PredictedShare(0.05, 0.04, 0.06), "Monte Carlo", [new PredictedKey(0, new PredictedShare(0.1, 0.05, 0.2))]),
            PredictionLeft = true,
            UpstreamPerSecond = 12,
            Writes = 20,
            Propagation = new Dictionary<string, NodePropagation> { ["edge-1"] = new(some, some, [new CdfPoint(1, 0.5), new CdfPoint(40, 1)]) },
            LastFreshMilliseconds = some,
            SessionViolations = new Dictionary<string, long>(),
            Faults = [new FaultSpan("redis", "kill", 0.5, 1.5)],
        };
        return report with { Gate = new GateLimits { MaxStaleRate = 0.01 }.Judge(report) };
    }
}
