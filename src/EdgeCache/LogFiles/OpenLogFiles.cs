using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace EdgeCache.LogFiles;

/// <summary>The log files of a process: nodes that name the same file share it, and SIGHUP opens all anew. Without a file SIGHUP is what it always was. Thread-safe.</summary>
internal sealed partial class OpenLogFiles(TimeProvider time, ILoggerFactory logs, IMeterFactory meters) : IAsyncDisposable
{
    private const int HangUp = 1;
    private const nint DefaultAction = 0;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LineFile> _files = new(StringComparer.Ordinal);
    private PosixSignalRegistration? _hangUp;

    /// <summary>The file of this name, opened if it is not yet.</summary>
    public LineFile Open(string path)
    {
        lock (_lock)
        {
            var name = path == LineFile.StandardOutput ? path : Path.GetFullPath(path);
            if (!_files.TryGetValue(name, out var file))
            {
                _files[name] = file = new LineFile(name, time, logs.CreateLogger<LineFile>());
                _hangUp ??= Register();
            }

            return file;
        }
    }

    /// <summary>Closes all, each when its last line is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _hangUp?.Dispose();
        foreach (var file in Files())
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private PosixSignalRegistration Register()
    {
        var meter = meters.Create("EdgeCache.LogFiles");
        meter.CreateObservableCounter(
            "edgecache.logfile.lines",
            () => new Measurement<long>[] { new(Files().Sum(f => f.Written), new KeyValuePair<string, object?>("outcome", "written")), new(Files().Sum(f => f.Dropped), new KeyValuePair<string, object?>("outcome", "dropped")) },
            description: "Lines of access and query logs");
        if (OperatingSystem.IsLinux())
        {
            _ = SetSignal(HangUp, DefaultAction);
        }

        return PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Array.ForEach(Files(), static f => f.Reopen());
        });
    }

    private LineFile[] Files()
    {
        lock (_lock)
        {
            return [.. _files.Values];
        }
    }

    /// <summary>A process started by nohup(1) ignores SIGHUP, and the runtime leaves what is ignored alone: logs could not be rotated.</summary>
    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint action);
}
