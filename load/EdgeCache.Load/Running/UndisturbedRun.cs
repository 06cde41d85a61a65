using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>A run that the machine, not the target, has spoilt says nothing; a short one is made once more.</summary>
internal static class UndisturbedRun
{
    /// <summary>Longest run that is repeated, seconds: twice, with starting, must end within three minutes.</summary>
    public const double MaxRepeatedSeconds = 45;

    /// <summary>Makes it, at most twice; <paramref name="progress"/> hears why.</summary>
    public static async Task<RunReport> RunAsync(Scenario scenario, Func<Task<RunReport>> once, Action<string> progress, CancellationToken cancellation)
    {
        var report = await once();
        if (!report.Disturbed || scenario.Seconds > MaxRepeatedSeconds || cancellation.IsCancellationRequested)
        {
            return report;
        }

        progress($"void, since {report.Void}; the machine was busy, so once more");
        return await once();
    }
}
