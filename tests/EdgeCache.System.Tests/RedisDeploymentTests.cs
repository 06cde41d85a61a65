using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>Several processes on a real Redis: a purge accepted by one is applied by all, also by one that slept.</summary>
public sealed class RedisDeploymentTests : IAsyncLifetime
{
    private const int Redis = 20870;
    private const string Admin = "http://127.0.0.1:20871";
    private const string App = "http://127.0.0.1:20874";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-redis-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly List<ServedProgram> _programs = [];
    private Process? _redis;
    private WebApplication? _app;
    private int _version = 1;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Repository.OnPath("redis-server"), "redis-server is not on PATH");
        _redis = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{Redis}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"])
        { RedirectStandardOutput = true });
        _redis!.OutputDataReceived += static (_, _) => { };
        _redis.BeginOutputReadLine();
        var builder = WebApplication.CreateSlimBuilder();
        _app = builder.Build();
        _app.Urls.Add(App);
        _app.Run(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers["Cache-Tag"] = "page";
            return context.Response.WriteAsync($"v{Volatile.Read(ref _version)}");
        });
        await _app.StartAsync();
        await UntilRedisAnswersAsync();
        _programs.Add(await ServedProgram.StartAsync(_folder, "ready", "origin", "--admin", Admin, "--redis", $"127.0.0.1:{Redis}"));
        foreach (var (port, name) in new[] { (20872, "edge-1"), (20873, "edge-2") })
        {
            _programs.Add(await ServedProgram.StartAsync(
                _folder, "ready", "edge", "--listen", $"http://127.0.0.1:{port}", "--upstream", App, "--redis", $"127.0.0.1:{Redis}", "--name", name));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _redis?.Kill();
        _redis?.WaitForExit();
        _redis?.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Purge_AcceptedByTheOrigin_IsAppliedByBothEdgesAndByOneThatSlept()
    {
        foreach (var port in new[] { 20872, 20873 })
        {
            await AskAsync(port);
            Assert.Contains("; hit", (await AskAsync(port)).Status, StringComparison.Ordinal);
        }

        Interlocked.Increment(ref _version);
        await PurgeAsync(wait: true);
        Assert.Equal("v2", (await AskAsync(20872)).Body);
        Assert.Equal("v2", (await AskAsync(20873)).Body);

        // The second edge sleeps through ten purges and a max-lag; its first answer after the wake must not be the old bytes as a fresh hit.
        Assert.Contains("; hit", (await AskAsync(20873)).Status, StringComparison.Ordinal);
        await SignalAsync(_programs[2], "-STOP");
        Interlocked.Increment(ref _version);
        for (var i = 0; i < 10; i++)
        {
            await PurgeAsync(wait: false);
        }

        var first = AskAsync(20873);
        await Task.Delay(3000);
        await SignalAsync(_programs[2], "-CONT");
        var (status, body) = await first;
        Assert.Equal("v3", body);
        Assert.DoesNotContain("; hit", status, StringComparison.Ordinal);
    }

    private static async Task SignalAsync(ServedProgram program, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{program.Id}"]);
        await kill.WaitForExitAsync();
    }

    private static async Task UntilRedisAnswersAsync()
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", Redis);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(25);
            }
        }
    }

    private async Task PurgeAsync(bool wait)
    {
        var purge = await ServedProgram.RunAsync(_folder, "purge", "--tag", "page", "--admin", Admin);
        Assert.Equal(0, purge.Exit);
        if (wait)
        {
            var id = purge.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[0].Trim();
            Assert.Equal(0, (await ServedProgram.RunAsync(_folder, "change", "wait", id, "--admin", Admin)).Exit);
        }
    }

    private async Task<(string Status, string Body)> AskAsync(int port)
    {
        using var answer = await _http.GetAsync($"http://127.0.0.1:{port}/page", TestContext.Current.CancellationToken);
        return (answer.Headers.GetValues("Cache-Status").Single(), await answer.Content.ReadAsStringAsync());
    }
}
