using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests.Documents;

/// <summary>Types the commands of a document into a shell, as a reader would, and compares what is seen.</summary>
internal sealed partial class ConsoleSession : IAsyncDisposable
{
    private const string Verb = "edgecache ";
    private readonly string _folder;
    private Dictionary<string, string> _values = new(StringComparer.Ordinal);
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
            for (var left = 20; left > 0 && MayComeLater(command) && Fault(command, exit, output) is not null; left--)
            {
                (exit, output) = await ShellAsync(text);
            }

            if (Fault(command, exit, output) is { } fault)
            {
                Assert.Fail(fault);
            }
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

    /// <summary>
    /// A starved machine may make a node doubt its clock for a moment: it asks upstream where a hit is expected, or says that it lags. What only looks may look again.
    /// </summary>
    private static bool MayComeLater(ConsoleCommand command) => command.Expected.Any(e => e.Contains("; hit;", StringComparison.Ordinal)) || Look().IsMatch(command.Text);

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

    /// <summary>What is not as the document says; null when all is, and then its words have their values.</summary>
    private string? Fault(ConsoleCommand command, int exit, string output)
    {
        var known = new Dictionary<string, string>(_values, StringComparer.Ordinal);
        if (Difference(command, exit, output) is not { } fault)
        {
            return null;
        }

        _values = known;
        return fault;
    }

    private string? Difference(ConsoleCommand command, int exit, string output)
    {
        var wanted = command.Expected.Select(e => ExitLine().Match(e)).FirstOrDefault(m => m.Success) is { } named ? int.Parse(named.Groups[1].Value) : 0;
        if (exit != wanted)
        {
            return $"line {command.Line}: `{command.Text}` ended with {exit}, not {wanted}:\n{output}";
        }

        var seen = output.Split('\n').Select(Plain).ToList();
        var next = 0;
        foreach (var expected in command.Expected.Where(e => !ExitLine().IsMatch(e)))
        {
            var pattern = PatternOf(Plain(expected), out var names);
            var found = seen.FindIndex(next, line => pattern.IsMatch(line));
            if (found < 0)
            {
                return $"line {command.Line}: `{command.Text}` did not show\n  {expected}\nbut\n{output}";
            }

            var match = pattern.Match(seen[found]);
            for (var i = 0; i < names.Count; i++)
            {
                _values[names[i]] = match.Groups[i + 1].Value;
            }

            next = found + 1;
        }

        return null;
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

    [GeneratedRegex(@"^(edgecache (explain|node list|health|resolve|record get|record history) |curl -si? localhost:9080/(metrics|health))")]
    private static partial Regex Look();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"<[a-z-]+>")]
    private static partial Regex Value();

    [GeneratedRegex(@"^\(exit (\d+)\)$")]
    private static partial Regex ExitLine();
}
