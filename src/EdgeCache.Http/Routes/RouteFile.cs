using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Routes;

/// <summary>
/// Keeps <see cref="RouteRules"/> in step with a file: looks at its time and length at an interval (which also works where file events do not arrive), reads it when they
/// changed, and takes it only when it is good. A file that goes away changes nothing.
/// </summary>
internal sealed partial class RouteFile(string path, RouteRules rules, TimeProvider time, ILogger<RouteFile> log) : BackgroundService
{
    /// <summary>How often the file is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Longest file, bytes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private (DateTime Written, long Length) _seen;
    private string? _reported;

    /// <summary>Reads the file now if it changed; the errors that kept it from being taken.</summary>
    public IReadOnlyList<RouteError> Refresh()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return Report([new(path, "$", "no such file", "a readable file with cache rules")]);
            }

            var seen = (file.LastWriteTimeUtc, file.Length);
            if (seen == _seen)
            {
                return [];
            }

            _seen = seen;
            return file.Length > MaxBytes
                ? Report([new(path, "$", $"has {file.Length} bytes", $"at most {MaxBytes}")])
                : Report(rules.Replace(path, File.ReadAllBytes(path)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Report([new(path, "$", problem.Message, "a readable file with cache rules")]);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                var before = rules.Table;
                Refresh();
                if (!ReferenceEquals(before, rules.Table))
                {
                    LogTaken(log, path, rules.Table.Routes.Length);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>Logs what is wrong, once and not at every look.</summary>
    private IReadOnlyList<RouteError> Report(IReadOnlyList<RouteError> errors)
    {
        var report = string.Join('\n', errors);
        if (report != _reported)
        {
            foreach (var error in errors)
            {
                LogRefused(log, error.ToString());
            }
        }

        _reported = report;
        return errors;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cache rules taken from {File}: {Count} routes")]
    private static partial void LogTaken(ILogger log, string file, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cache rules not taken, the ones in force stay: {Error}")]
    private static partial void LogRefused(ILogger log, string error);
}
