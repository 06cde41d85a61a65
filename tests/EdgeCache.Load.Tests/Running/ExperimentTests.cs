using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
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
    public async Task Start_NobodyListens_NamesTheFieldAndWhatIsAllowed()
    {
        var fault = await Assert.ThrowsAsync<FormatException>(() => Run(20952, new GateLimits(), readPort: 20953));
        Assert.Contains("target.read[0]: http://127.0.0.1:20953 does not answer (refused); allowed is a running cache in front of 127.0.0.1:20952", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TargetWithoutVersions_NamesTheHeader()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var other = builder.Build();
        other.Urls.Add("http://127.0.0.1:20954");
        other.MapFallback(() => "hello");
        await other.StartAsync(TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<FormatException>(() => Run(20955, new GateLimits(), readPort: 20954));
        Assert.Contains("answers without a version", fault.Message, StringComparison.Ordinal);
        Assert.Contains("X-Load-Version", fault.Message, StringComparison.Ordinal);
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
        return await new Experiment(scenario!, limits, TimeProvider.System) { TriesGenerator = false }.RunAsync(environment, TestContext.Current.CancellationToken);
    }
}
