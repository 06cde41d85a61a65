using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Topology;

/// <summary>A process of a scenario: started, waited for until it says it is ready, paused, killed and started again. Not thread-safe.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    /// <summary>Environment variable that a test build of <c>edgecache</c> reads; it answers with one line that says so.</summary>
    public const string DefectVariable = "EDGECACHE_SEEDED_DEFECT";

    private const int LinesKept = 40;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private const int SigStop = 19;
    private const int SigCont = 18;
    private const int SigTerm = 15;

    private readonly string _file;
    private readonly IReadOnlyList<string> _arguments;
    private readonly string _folder;
    private readonly Func<CancellationToken, Task<bool>> _ready;
    private readonly ConcurrentQueue<string> _lines = new();
    private Process? _process;
    private OrphanGuard? _guard;

    /// <summary>Describes one; <paramref name="ready"/> is asked until it says yes.</summary>
    public ChildProcess(string name, string file, IReadOnlyList<string> arguments, string folder, Func<CancellationToken, Task<bool>> ready)
    {
        Name = name;
        _file = file;
        _arguments = arguments;
        _folder = folder;
        _ready = ready;
    }

    /// <summary>Name in the scenario.</summary>
    public string Name { get; }

    /// <summary>Its process id; 0 before the start.</summary>
    public int Id => _process?.Id ?? 0;

    /// <summary>The process id of what ends it when this process is killed; 0: nothing does.</summary>
    internal int GuardId => _guard?.Id ?? 0;

    /// <summary>The defect that it must be started with; null: none.</summary>
    public SeededDefect? SeededDefect { get; init; }

    private string Told => $"({_file} {string.Join(' ', _arguments)}):\n{string.Join('\n', _lines)}";

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended or was not ready within a minute; the message has its last lines.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        // A session of its own: Ctrl-C at the terminal is for the tool, which goes on reading until it has told its processes to stop.
        var setsid = ProgramPath.Find("setsid");
        var start = setsid is not null ? new ProcessStartInfo(setsid, [_file, .. _arguments]) : new ProcessStartInfo(_file, _arguments);
        (start.WorkingDirectory, start.RedirectStandardError, start.RedirectStandardOutput) = (_folder, true, true);
        start.Environment.Remove(DefectVariable);
        if (SeededDefect is { } defect)
        {
            start.Environment[DefectVariable] = $"{defect}";
        }

        _guard?.Dispose();
        _guard = new OrphanGuard();
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{_file} did not start");
        _guard.Watch(_process.Id, isLeader: setsid is not null);
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var limit = Stopwatch.StartNew();
        while (!await _ready(cancellation))
        {
            await ThrowIfEndedAsync(cancellation);
            if (limit.Elapsed > ReadyLimit)
            {
                throw new InvalidOperationException($"{Name} is not ready {Told}");
            }

            await Task.Delay(50, cancellation);
        }

        if (SeededDefect is { } wanted && !_lines.Any(l => l.Contains($"seeded defect {wanted}", StringComparison.Ordinal)))
        {
            throw new InvalidOperationException($"{Name} did not take the seeded defect {wanted}: only a test build (dotnet build -c Debug) has it");
        }
    }

    /// <summary>Says so if it ended by itself: whoever answers at its port is another process then.</summary>
    /// <exception cref="InvalidOperationException">It ended; the message has its last lines.</exception>
    public async Task ThrowIfEndedAsync(CancellationToken cancellation)
    {
        if (_process is { HasExited: true })
        {
            // Until its last lines are here too: they say why. Not for ever, since a child of its own may hold the pipe.
            await Task.WhenAny(_process.WaitForExitAsync(cancellation), Task.Delay(TimeSpan.FromSeconds(5), cancellation));
            throw new InvalidOperationException($"{Name} ended {Told}");
        }
    }

    /// <summary>SIGSTOP.</summary>
    public void Pause() => Signal(SigStop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(SigCont);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
            _guard?.Dispose();
            _guard = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        if (!_process.HasExited)
        {
            Signal(SigCont);
            Signal(SigTerm);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Kill();
            }
        }

        _guard?.Dispose();
        _process.Dispose();
    }

    private void Signal(int signal)
    {
        if (_process is { HasExited: false })
        {
            _ = SendSignal(_process.Id, signal);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        while (_lines.Count > LinesKept)
        {
            _lines.TryDequeue(out _);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
