using System.Globalization;
using System.Text.Json;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>The engine of <c>edgecache verify</c>: a scenario file and limits in; exit code 0 held, 1 broken, void or interrupted before the run, 2 bad input.</summary>
public sealed class VerifyCommand
{
    /// <summary>Path of the scenario.</summary>
    public required string ScenarioPath { get; init; }

    /// <summary>Highest stale share, 0…1; null: the scenario's.</summary>
    public double? MaxStaleRate { get; init; }

    /// <summary>Highest 99th percentile of staleness; null: the scenario's.</summary>
    public TimeSpan? P99Staleness { get; init; }

    /// <summary>Guarantees that must hold; null: the scenario's.</summary>
    public IReadOnlyList<string>? NoViolations { get; init; }

    /// <summary>Length of the measured part; null: the scenario's.</summary>
    public double? Seconds { get; init; }

    /// <summary>True: the report goes out as JSON instead of as tables.</summary>
    public bool Json { get; init; }

    /// <summary>Folder for report.json, .md, .xml and .html; null: none is written.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>How to make the environment of an EdgeCache scenario; the program knows where it stands itself.</summary>
    public required Func<Scenario, CancellationToken, Task<IRunEnvironment>> StartEdgeCache { get; init; }

    /// <summary>Runs it.</summary>
    public async Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var (scenario, faults) = await ReadAsync();
        if (scenario is null)
        {
            return await FailAsync(2, string.Join('\n', faults), output, error);
        }

        try
        {
            void Progress(string line) => error.WriteLine($"{scenario.Name}: {line}");
            var report = await UndisturbedRun.RunAsync(scenario, () => OnceAsync(scenario, Progress, cancellation), Progress, cancellation);
            await WriteAsync(report, output);
            return report.Passed ? 0 : 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await FailAsync(1, $"{scenario.Name}: interrupted before anything was measured", output, error);
        }
        catch (Exception e) when (e is FormatException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return await FailAsync(2, $"{ScenarioPath}: {e.Message}", output, error);
        }
    }

    /// <summary>Parses a share such as <c>0.1%</c> or <c>0.001</c>.</summary>
    public static bool TryParseShare(string text, out double share)
    {
        var percent = text.EndsWith('%');
        var good = double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out share);
        share = percent ? share / 100 : share;
        return good && share is >= 0 and <= 1;
    }

    /// <summary>Parses a duration such as <c>500ms</c> or <c>2s</c>.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        var (unit, digits) = text.EndsWith("ms", StringComparison.Ordinal) ? (0.001, text[..^2])
            : text.EndsWith('s') ? (1d, text[..^1])
            : (1d, "");
        var good = double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and < 1e9;
        duration = good ? TimeSpan.FromSeconds(value * unit) : default;
        return good;
    }

    private async Task<RunReport> OnceAsync(Scenario scenario, Action<string> progress, CancellationToken cancellation)
    {
        progress("starting");
        await using var environment = scenario.Target.Kind == TargetKind.External
            ? await ExternalEnvironment.StartAsync(scenario, cancellation)
            : await StartEdgeCache(scenario, cancellation);
        return await new Experiment(scenario, GateLimits.Of(scenario.Gate), TimeProvider.System) { Progress = progress }.RunAsync(environment, cancellation);
    }

    private async Task<int> FailAsync(int exit, string fault, TextWriter output, TextWriter error)
    {
        await error.WriteLineAsync("edgecache: " + fault.Replace("\n", "\nedgecache: ", StringComparison.Ordinal));
        if (Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new { error = fault, exit }));
        }

        return exit;
    }

    private async Task<(Scenario? Scenario, IEnumerable<string> Faults)> ReadAsync()
    {
        if (await ShippedScenarios.ReadAsync(ScenarioPath, CancellationToken.None) is not { } text)
        {
            return (null, [$"--scenario '{ScenarioPath}' does not exist; allowed: a file, or one that comes along: {string.Join(", ", ShippedScenarios.Names)}"]);
        }

        var scenario = ScenarioFile.Parse(text, out var errors);
        if (scenario is not null)
        {
            scenario = scenario with
            {
                Seconds = Seconds ?? scenario.Seconds,
                Gate = new GatePlan
                {
                    MaxStaleRate = MaxStaleRate ?? scenario.Gate.MaxStaleRate,
                    P99StalenessMilliseconds = P99Staleness?.TotalMilliseconds ?? scenario.Gate.P99StalenessMilliseconds,
                    NoViolations = NoViolations ?? scenario.Gate.NoViolations,
                },
            };
            errors = ScenarioFile.Recheck(scenario);
        }

        return (errors.Count == 0 ? scenario : null, errors.Select(e => $"{ScenarioPath}: {e}"));
    }

    private async Task WriteAsync(RunReport report, TextWriter output)
    {
        await output.WriteLineAsync(Json ? ReportJson.Write(report) : ReportConsole.Write(report));
        if (OutputFolder is null)
        {
            return;
        }

        Directory.CreateDirectory(OutputFolder);
        var path = Path.Combine(OutputFolder, report.Scenario.Name);

        // The JSON is the source: what is rendered is what can be read back from it.
        var json = ReportJson.Write(report);
        var source = ReportJson.Read(json);
        await File.WriteAllTextAsync(path + ".json", json);
        await File.WriteAllTextAsync(path + ".md", ReportMarkdown.Write(source));
        await File.WriteAllTextAsync(path + ".xml", ReportJUnit.Write(source));
        await File.WriteAllTextAsync(path + ".html", ReportHtml.Write(source));
        if (!Json)
        {
            await output.WriteLineAsync($"written: {path}.json .md .xml .html");
        }
    }
}
