using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

/// <summary>The whole tool against its own origin: without a cache between them nothing can be stale, and the gate must say so; with old versions it must go red.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public async Task Run_StraightToTheOrigin_NothingIsStale()
    {
        var report = await Run(20951, new GateLimits { MaxStaleRate = 0, NoViolations = ["session", "bound"] });
        Assert.Null(report.Void);
        Assert.True(report.Measured.Answers > 100);
        Assert.Equal(0, report.Measured.Stale);
        Assert.Empty(report.SessionViolations);
        Assert.True(report.Passed);
        Assert.True(report.Writes > 10);
        var again = ReportJson.Read(ReportJson.Write(report));
        Assert.Equal(report.Measured.Answers, again.Measured.Answers);
        Assert.Contains("<svg", ReportHtml.Write(report));
        Assert.Contains("failures=\"0\"", ReportJUnit.Write(report));
    }

    [Fact]
    public async Task Run_NobodyListens_IsVoidAndFails()
    {
        var report = await Run(20952, new GateLimits { MaxStaleRate = 1 }, readPort: 20953);
        Assert.NotNull(report.Void);
        Assert.False(report.Passed);
    }

    private static async Task<RunReport> Run(int port, GateLimits limits, int? readPort = null)
    {
        var text = $$"""
            { "name": "direct", "chapter": "No cache.", "expect": "Nothing stale.", "seconds": 2, "warmUpSeconds": 0.5, "keys": { "count": 3 },
              "reads": { "rate": 200 }, "writes": { "rate": 20, "purge": false }, "allowedMilliseconds": 0, "maxSchedulingLagMilliseconds": 1000,
              "target": { "kind": "External", "read": [ "http://127.0.0.1:{{readPort ?? port}}" ], "originPort": {{port}} } }
            """;
        var scenario = ScenarioFile.Parse(text, out var errors);
        Assert.Empty(errors);
        await using var environment = await ExternalEnvironment.StartAsync(scenario!, TestContext.Current.CancellationToken);
        return await new Experiment(scenario!, limits, TimeProvider.System).RunAsync(environment, TestContext.Current.CancellationToken);
    }
}
