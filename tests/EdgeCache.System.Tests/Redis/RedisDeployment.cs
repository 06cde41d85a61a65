using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>A real Redis, an application, an origin and two edges before it: each a process on ports from <c>basePort</c> on.</summary>
internal sealed class RedisDeployment : IAsyncDisposable
{
    private readonly int _base;
    private readonly List<ServedProgram> _edges = [];
    private ServedProgram? _origin;
    private Process? _redis;
    private WebApplication? _app;
    private int _version = 1;

    public RedisDeployment(int basePort) => _base = basePort;

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgecache-redis-").FullName;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public string Admin => $"http://127.0.0.1:{_base + 1}";

    public int RedisPort => _base;

    public IReadOnlyList<ServedProgram> Edges => _edges;

    /// <summary>What the application answers now, on every path; the path's last part is the page's tag.</summary>
    public int Version => Volatile.Read(ref _version);

    private string App => $"http://127.0.0.1:{_base + 2}";

    /// <param name="redisOfSecond">Where the second edge finds Redis; null: where it is.</param>
    public async Task StartAsync(string? redisOfSecond = null)
    {
        Assert.SkipUnless(Repository.OnPath("redis-server"), "redis-server is not on PATH");
        await StartRedisAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(App);
        _app.Run(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers["Cache-Tag"] = context.Request.Path.Value![1..];
            return context.Response.WriteAsync($"v{Version}");
        });
        await _app.StartAsync();
        _origin = await ServedProgram.StartAsync(Folder, "ready", "origin", "--admin", Admin, "--redis", $"127.0.0.1:{RedisPort}");
        for (var i = 0; i < 2; i++)
        {
            _edges.Add(await ServedProgram.StartAsync(
                Folder, "ready", "edge", "--listen", $"http://127.0.0.1:{EdgePort(i)}", "--admin", EdgeAdmin(i), "--upstream", App,
                "--redis", (i == 1 ? redisOfSecond : null) ?? $"127.0.0.1:{RedisPort}", "--name", $"edge-{i + 1}"));
        }
    }

    public int EdgePort(int edge) => _base + 3 + edge;

    public string EdgeAdmin(int edge) => $"http://127.0.0.1:{_base + 5 + edge}";

    /// <summary>The application's answers are new from here on.</summary>
    public void Change() => Interlocked.Increment(ref _version);

    public async Task StartRedisAsync()
    {
        _redis = Process.Start(new ProcessStartInfo(
            "redis-server", ["--port", $"{RedisPort}", "--bind", "127.0.0.1", "--dir", Folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"])
        { RedirectStandardOutput = true })!;
        _redis.OutputDataReceived += static (_, _) => { };
        _redis.BeginOutputReadLine();
        await Eventually.HoldsAsync(async () =>
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", RedisPort);
            return true;
        });
    }

    /// <summary>kill -9.</summary>
    public async Task KillRedisAsync()
    {
        _redis!.Kill(); // Started before.
        await _redis.WaitForExitAsync();
        _redis.Dispose();
    }

    public async Task CliAsync(params string[] arguments)
    {
        using var cli = Process.Start(new ProcessStartInfo("redis-cli", ["-p", $"{RedisPort}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await cli.WaitForExitAsync();
    }

    /// <summary>One purge; null when it was not accepted.</summary>
    public async Task<string?> TryPurgeAsync(string tag)
    {
        using var body = new StringContent($$"""{"zone":"default","select":[{"tag":"{{tag}}"}]}""", Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync($"{Admin}/purge", body);
        return answer.IsSuccessStatusCode ? answer.Headers.GetValues("Edge-Change").Single() : null;
    }

    public async Task WaitForAsync(string change)
    {
        var wait = await ServedProgram.RunAsync(Folder, "change", "wait", change, "--timeout", "5s", "--admin", Admin);
        Assert.True(wait.Exit == 0, wait.Output + wait.Error);
    }

    public async Task<(string Status, string Body)> AskAsync(int edge, string page)
    {
        using var answer = await Http.GetAsync($"http://127.0.0.1:{EdgePort(edge)}/{page}");
        return (answer.Headers.GetValues("Cache-Status").Single(), await answer.Content.ReadAsStringAsync());
    }

    public async Task<string> ReadyAsync(int edge) => await (await Http.GetAsync($"{EdgeAdmin(edge)}/health/ready")).Content.ReadAsStringAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _edges.Append(_origin).OfType<ServedProgram>())
        {
            await program.DisposeAsync();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_redis is not null)
        {
            await KillRedisAsync();
        }

        Http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
