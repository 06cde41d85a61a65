using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace EdgeCache.Load.Bench;

/// <summary>Appends what a benchmark found to <c>load/results/NAME.md</c>, with date, commit and machine: figures without them say nothing.</summary>
internal static class ResultsFile
{
    public static async Task AppendAsync(string folder, string name, string table, DateTimeOffset at, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var commit = await GitAsync(folder, ["rev-parse", "--short", "HEAD"], cancellation) is { Length: > 0 } known ? known : BuiltFrom(typeof(ResultsFile).Assembly);
        var changed = await GitAsync(folder, ["status", "--porcelain", "--untracked-files=no", "--", ":(top)", ":(top,exclude)load/results"], cancellation);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"## {at:yyyy-MM-dd HH:mm} UTC · commit {commit ?? "unknown"}{(changed.Length > 0 ? " with changes" : "")} · {Machine()}");
        await File.AppendAllTextAsync(Path.Combine(folder, name + ".md"), $"{head}\n\n{table}\n", cancellation);
    }

    /// <summary>The commit that the build wrote into an assembly, shortened; null when it was built outside a checkout.</summary>
    internal static string? BuiltFrom(Assembly built) =>
        built.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 7 } revision] ? revision[..7] : null;

    private static string Machine()
    {
        var model = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return $"{Environment.ProcessorCount} × {model ?? "unknown processor"}, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    // In a user namespace, and in some containers, the checkout seems to be somebody else's.
    private static async Task<string> GitAsync(string folder, string[] arguments, CancellationToken cancellation)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-c", "safe.directory=*", .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true });
            return git is null ? "" : (await git.StandardOutput.ReadToEndAsync(cancellation)).Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ""; // git is not installed
        }
    }
}
