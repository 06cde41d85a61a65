using System.Diagnostics;
using EdgeCache.Load.Arrivals;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>What the generator did alone: rates are answers per second; lag from due to sent.</summary>
public sealed record GeneratorReport(double UsedPerSecond, double WantedPerSecond, double AlonePerSecond, double AloneLagP99Milliseconds)
{
    /// <summary>True when it reached, alone, twice the rate it is used at.</summary>
    public bool IsStrongEnough => AlonePerSecond >= WantedPerSecond * 0.95;
}

/// <summary>
/// Runs the generator by itself, against an origin or authority in this very process, at twice the highest rate of the scenario. A generator that cannot do that would
/// measure itself. The servant shares its CPU, so the figure is a low one.
/// </summary>
internal static class GeneratorCheck
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);
    private const int Attempts = 3;
    private const double Seconds = 1;
    private const double WarmUpSeconds = 0.5;

    /// <summary>The best of a few attempts: what disturbs the machine for a second says nothing about the generator.</summary>
    public static async Task<GeneratorReport> RunAsync(Scenario scenario, CancellationToken cancellation)
    {
        var best = await OnceAsync(scenario, cancellation);
        for (var i = 1; i < Attempts && !best.IsStrongEnough && !cancellation.IsCancellationRequested; i++)
        {
            var again = await OnceAsync(scenario, cancellation);
            best = again.AlonePerSecond > best.AlonePerSecond ? again : best;
        }

        return best;
    }

    private static async Task<GeneratorReport> OnceAsync(Scenario scenario, CancellationToken cancellation)
    {
        var used = scenario.Reads.PeakRate();
        var ledger = new VersionLedger(scenario.Keys.Count, Stopwatch.GetTimestamp());
        await using var origin = scenario.Reads.Over != ReadProtocol.Dns
            ? await VersionedOrigin.StartAsync(ledger, 0, _ => Ttl, cancellation)
            : null;
        await using var authority = scenario.Reads.Over == ReadProtocol.Dns ? VersionedAuthority.Start(ledger, 0, "alone.test", _ => Ttl) : null;
        await using IReadTarget target = origin is not null
            ? new HttpTarget(new Uri($"http://127.0.0.1:{origin.Port}"))
            : new DnsTarget(authority!.Address, "alone.test");
        var lag = Recorder.NewHistogram();
        var first = Stopwatch.GetTimestamp() + (long)(WarmUpSeconds * Stopwatch.Frequency);
        var random = new Random(scenario.Seed);
        long answers = 0;
        var profile = RateProfile.Constant(used * 2, TimeSpan.FromSeconds(WarmUpSeconds + Seconds));
        await OpenLoop.RunAsync(
            ArrivalProcess.Due(profile, ArrivalKind.Constant, random), Stopwatch.GetTimestamp(), async due =>
            {
                var sent = Stopwatch.GetTimestamp();
                var answer = await target.ReadAsync(0, sent, null, CancellationToken.None);
                lock (lag)
                {
                    if (due >= first && answer.Error is null && Stopwatch.GetTimestamp() - first < Stopwatch.Frequency * (Seconds + 0.2))
                    {
                        answers++;
                        lag.RecordValue(Math.Max(1, sent - due));
                    }
                }
            }, cancellation);
        var late = answers == 0 ? 0 : lag.GetValueAtPercentile(99) * 1000d / Stopwatch.Frequency;
        return new GeneratorReport(used, used * 2, answers / Seconds, late);
    }
}
