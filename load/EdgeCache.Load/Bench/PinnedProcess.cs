using System.Globalization;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>A process on one processor, with the CPU time that it and its children have used.</summary>
internal sealed class PinnedProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on
    private readonly ChildProcess _child;

    private PinnedProcess(ChildProcess child) => _child = child;

    /// <summary>Starts <paramref name="command"/> on <paramref name="cpu"/> and waits until it listens on <paramref name="port"/>.</summary>
    /// <exception cref="InvalidOperationException">It ended, or never listened.</exception>
    public static async Task<PinnedProcess> StartAsync(string name, IReadOnlyList<string> command, string folder, int port, int cpu, CancellationToken cancellation)
    {
        var taskset = ProgramPath.Find("taskset") ?? throw new InvalidOperationException("taskset is not on PATH (Debian: util-linux)");
        var child = new ChildProcess(name, taskset, ["-c", $"{cpu}", .. command], folder, c => LoopbackPort.AnswersAsync(port, c));
        await child.StartAsync(cancellation);
        return new PinnedProcess(child);
    }

    /// <summary>CPU seconds of the process and its living children.</summary>
    public double CpuSeconds()
    {
        var parents = new Dictionary<int, (int Parent, double Seconds)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[6])))
        {
            try
            {
                // The name in brackets may hold spaces; what is counted stands behind it (proc(5): ppid is field 4, utime 14, stime 15).
                var text = File.ReadAllText(folder + "/stat");
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                parents[int.Parse(folder.AsSpan(6), CultureInfo.InvariantCulture)] = (
                    int.Parse(fields[1], CultureInfo.InvariantCulture),
                    (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return parents.Where(p => IsOurs(p.Key)).Sum(p => p.Value.Seconds);

        bool IsOurs(int process) => process == _child.Id || (parents.TryGetValue(process, out var p) && p.Parent > 1 && IsOurs(p.Parent));
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
