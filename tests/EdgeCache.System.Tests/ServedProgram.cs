using System.Diagnostics;
using System.Text;

namespace EdgeCache.System.Tests;

/// <summary>The built program as its users run it: a process in a folder of its own.</summary>
internal sealed class ServedProgram : IAsyncDisposable
{
    public static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "edgecache.dll");
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServedProgram(Process process, string readyMark)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data, readyMark);
        process.ErrorDataReceived += (_, line) => Take(line.Data, readyMark);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"it ended before it was ready: {Output}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static Task<ServedProgram> StartAsync(string folder, string readyMark, params string[] arguments) => StartAsync(folder, [], readyMark, arguments);

    public static async Task<ServedProgram> StartAsync(string folder, Dictionary<string, string> environment, string readyMark, params string[] arguments)
    {
        var served = new ServedProgram(Process.Start(Info(folder, environment, arguments))!, readyMark);
        await served._ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return served;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static Task<(int Exit, string Output, string Error)> RunAsync(string folder, params string[] arguments) => RunAsync(folder, [], arguments);

    public static async Task<(int Exit, string Output, string Error)> RunAsync(string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Process.Start(Info(folder, environment, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }

    /// <summary>As the power would do it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; the exit code and how long it took.</summary>
    public async Task<(int Exit, TimeSpan Took)> TerminateAsync()
    {
        var start = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (_process.ExitCode, Stopwatch.GetElapsedTime(start));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Info(string folder, Dictionary<string, string> environment, string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [Executable, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private void Take(string? line, string readyMark)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.Contains(readyMark, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
