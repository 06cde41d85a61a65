using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests.Documents;

/// <summary>Types the commands of a document into a shell, as a reader would, and compares what is seen.</summary>
internal sealed partial class ConsoleSession : IAsyncDisposable
{
    private const string Verb = "edgecache ";
    private readonly string _folder;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<ServedProgram> _background = [];
    private readonly List<Process> _helpers = [];

    public ConsoleSession(string folder) => _folder = folder;

    public async Task RunAsync(ConsoleBlock block)
    {
        foreach (var command in block.Commands)
        {
            var text = Value().Replace(command.Text, m => _values.GetValueOrDefault(m.Value, m.Value));
            if (text.EndsWith(" &", StringComparison.Ordinal))
            {
                await StartAsync(text[..^2]);
                continue;
            }

            var (exit, output) = await ShellAsync(text);
            for (var left = 20; left > 0 && MayComeLater(command) && !output.Contains("hit;", StringComparison.Ordinal); left--)
            {
                (exit, output) = await ShellAsync(text);
            }

            Compare(command, exit, output);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _background)
        {
            await program.DisposeAsync();
        }

        foreach (var helper in _helpers)
        {
            helper.Kill(entireProcessTree: true);
            await helper.WaitForExitAsync();
            helper.Dispose();
        }
    }

    /// <summary>A starved machine may make an edge doubt its clock for a moment, and then it asks upstream where a hit is expected.</summary>
    private static bool MayComeLater(ConsoleCommand command) => command.Expected.Any(e => e.Contains("; hit;", StringComparison.Ordinal));

    /// <summary>Something that goes on in the background: a role of the program until it is ready, or another program.</summary>
    private async Task StartAsync(string text)
    {
        if (text.StartsWith(Verb, StringComparison.Ordinal))
        {
            _background.Add(await ServedProgram.StartAsync(_folder, "ready", text[Verb.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            return;
        }

        var process = Process.Start(Shell("exec " + text))!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _helpers.Add(process);
    }

    private async Task<(int Exit, string Output)> ShellAsync(string text)
    {
        using var process = Process.Start(Shell("exec 2>&1\n" + text))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output);
    }

    private ProcessStartInfo Shell(string text) => new("bash", ["-c", $"edgecache() {{ dotnet '{ServedProgram.Executable}' \"$@\"; }}\n{text}"])
    {
        WorkingDirectory = _folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private void Compare(ConsoleCommand command, int exit, string output)
    {
        var wanted = command.Expected.Select(e => ExitLine().Match(e)).FirstOrDefault(m => m.Success) is { } named ? int.Parse(named.Groups[1].Value) : 0;
        Assert.True(exit == wanted, $"line {command.Line}: `{command.Text}` ended with {exit}, not {wanted}:\n{output}");
        var seen = output.Split('\n').Select(Plain).ToList();
        var next = 0;
        foreach (var expected in command.Expected.Where(e => !ExitLine().IsMatch(e)))
        {
            var pattern = PatternOf(Plain(expected), out var names);
            var found = seen.FindIndex(next, line => pattern.IsMatch(line));
            Assert.True(found >= 0, $"line {command.Line}: `{command.Text}` did not show\n  {expected}\nbut\n{output}");
            var match = pattern.Match(seen[found]);
            for (var i = 0; i < names.Count; i++)
            {
                _values[names[i]] = match.Groups[i + 1].Value;
            }

            next = found + 1;
        }
    }

    /// <summary>The expression for one expected line, and the names that it gives values to.</summary>
    private Regex PatternOf(string expected, out List<string> names)
    {
        var fresh = new List<string>();
        var pattern = Regex.Replace(Regex.Escape(expected), @"…|<[a-z-]+>", m =>
        {
            if (m.Value == "…")
            {
                return ".*";
            }

            if (_values.TryGetValue(m.Value, out var known))
            {
                return Regex.Escape(known);
            }

            if (fresh.Contains(m.Value))
            {
                return $@"\{fresh.IndexOf(m.Value) + 1}";
            }

            fresh.Add(m.Value);
            return @"([^\s:;]+)";
        });
        names = fresh;
        return new Regex($"^{pattern}$");
    }

    private static string Plain(string line) => Blank().Replace(line, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"<[a-z-]+>")]
    private static partial Regex Value();

    [GeneratedRegex(@"^\(exit (\d+)\)$")]
    private static partial Regex ExitLine();
}
