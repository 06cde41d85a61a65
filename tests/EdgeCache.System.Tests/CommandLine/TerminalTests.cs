using System.Diagnostics;
using System.Net.Http.Json;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>The command line in a real terminal, by tmux: tables with rules, a live line for each node; and nothing of it in a pipe.</summary>
public sealed class TerminalTests : IAsyncLifetime
{
    private const string Admin = "http://127.0.0.1:20888";
    private static readonly string Program = $"dotnet {Path.Combine(AppContext.BaseDirectory, "edgecache.dll")}";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-terminal-").FullName;
    private readonly string _socket = $"edgecache-{Guid.NewGuid():N}";
    private readonly HttpClient _http = new();
    private ServedProgram? _origin;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(HasTmux(), "tmux is not on PATH");
        _origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
        await TmuxAsync("new-session", "-d", "-x", "110", "-y", "40", "sh");
    }

    public async ValueTask DisposeAsync()
    {
        if (_origin is not null)
        {
            await TmuxAsync("kill-server");
            await _origin.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task NodeList_OnATerminal_IsATableWithRules()
    {
        await TypeAsync($"{Program} node list --admin {Admin}");
        await SeesAsync("╭", "│ origin", "caught-up");
        var piped = await ServedProgram.RunAsync(_folder, "node", "list", "--admin", Admin);
        Assert.DoesNotContain("╭", piped.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', piped.Output);
    }

    [Fact]
    public async Task ChangeWait_OnATerminal_ShowsEachNodeLiveAndThenWhoIsMissing()
    {
        var purge = await ServedProgram.RunAsync(_folder, "purge", "--tag", "x", "--admin", Admin);
        var future = purge.Output.Trim() + "0";
        await TypeAsync($"{Program} change wait {future} --timeout 120s --admin {Admin}; echo exit-$?");
        await SeesAsync("… origin waiting");
        for (var serial = 2; serial <= 10; serial++)
        {
            using var answer = await _http.PostAsJsonAsync($"{Admin}/purge", new { select = new[] { new { tag = "x" } } }, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode);
        }

        await SeesAsync("exit-0");
        await TypeAsync($"{Program} change wait {purge.Output.Trim()}00 --timeout 1200ms --admin {Admin}; echo exit-$?");
        await SeesAsync("timed out; missing: origin", "exit-3");
    }

    private async Task SeesAsync(params string[] texts) => await Eventually.HoldsAsync(async () =>
    {
        var screen = await TmuxAsync("capture-pane", "-p");
        return texts.All(t => screen.Contains(t, StringComparison.Ordinal));
    });

    private async Task TypeAsync(string line)
    {
        await TmuxAsync("send-keys", "-l", line);
        await TmuxAsync("send-keys", "Enter");
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo("tmux", ["-u", "-L", _socket, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        info.Environment["TERM"] = "xterm-256color";
        info.Environment["LANG"] = "C.UTF-8";
        using var tmux = Process.Start(info)!;
        var output = await tmux.StandardOutput.ReadToEndAsync();
        await tmux.WaitForExitAsync();
        return output;
    }

    private static bool HasTmux() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "tmux")));
}
