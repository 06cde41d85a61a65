using System.Globalization;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Running;

/// <summary>The engine of <c>edgecache verify</c>: a scenario file and limits in; exit code 0 held, 1 broken or void, 2 bad input.</summary>
public sealed class VerifyCommand
{
    /// <summary>Path of the scenario.</summary>
    public required string ScenarioPath { get; init; }

    /// <summary>Limits of the gate.</summary>
    public required GateLimits Limits { get; init; }

    /// <summary>Folder for report.json, .md, .xml and .html; null: none is written.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>How to make the environment of an EdgeCache scenario; the program knows where it stands itself.</summary>
    public required Func<Scenario, CancellationToken, Task<IRunEnvironment>> StartEdgeCache { get; init; }

    /// <summary>Runs it.</summary>
    public async Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (!File.Exists(ScenarioPath))
        {
            await error.WriteLineAsync($"--scenario: {ScenarioPath} does not exist; the ones that come along are in load/scenarios");
            return 2;
        }

        if (ScenarioFile.Parse(await File.ReadAllTextAsync(ScenarioPath, CancellationToken.None), out var errors) is not { } scenario)
        {
            foreach (var line in errors)
            {
                await error.WriteLineAsync($"{ScenarioPath}: {line}");
            }

            return 2;
        }

        try
        {
            await using var environment = scenario.Target.Kind == TargetKind.External
                ? await ExternalEnvironment.StartAsync(scenario, cancellation)
                : await StartEdgeCache(scenario, cancellation);
            var experiment = new Experiment(scenario, Limits, TimeProvider.System) { Progress = error.WriteLine };
            var report = await experiment.RunAsync(environment, cancellation);
            await WriteAsync(report, output);
            return report.Passed ? 0 : 1;
        }
        catch (Exception e) when (e is FormatException or IOException or InvalidOperationException)
        {
            await error.WriteLineAsync(e.Message);
            return 2;
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

    private async Task WriteAsync(RunReport report, TextWriter output)
    {
        await output.WriteLineAsync(ReportMarkdown.Write(report));
        if (OutputFolder is null)
        {
            return;
        }

        Directory.CreateDirectory(OutputFolder);
        var path = Path.Combine(OutputFolder, report.Scenario.Name);
        await File.WriteAllTextAsync(path + ".json", ReportJson.Write(report));
        await File.WriteAllTextAsync(path + ".md", ReportMarkdown.Write(report));
        await File.WriteAllTextAsync(path + ".xml", ReportJUnit.Write(report));
        await File.WriteAllTextAsync(path + ".html", ReportHtml.Write(report));
        await output.WriteLineAsync($"written: {path}.json .md .xml .html");
    }
}
