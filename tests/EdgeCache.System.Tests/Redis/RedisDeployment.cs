using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>A real Redis, an application, an origin and two edges before it: each a process on ports from <c>basePort</c> on.</summary>
internal sealed class RedisDeployment : IAsyncDisposable
{
    /// <summary>How many it takes.</summary>
    public const int Ports = 8;

    private readonly int _base;
    private readonly List<ServedProgram> _edges = [];
    private readonly Stack<string> _files = [];
    private ServedProgram? _origin;
    private RedisServer? _redis;
    private RedisServer? _replica;
    private WebApplication? _app;
    private int _version = 1;

    public RedisDeployment(int basePort)
    {
        _base = basePort;
        _files.Push(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgecache-redis-").FullName;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public string Admin => $"http://127.0.0.1:{_base + 1}";

    /// <summary>For another origin, where no replica is started.</summary>
    public string SpareAdmin => $"http://127.0.0.1:{ReplicaPort}";

    public int RedisPort => _base;

    private int ReplicaPort => _base + 7;

    public IReadOnlyList<ServedProgram> Edges => _edges;

    public ServedProgram Origin => _origin!; // Started before.

    public RedisServer Redis => _redis!; // Started before.

    /// <summary>What the application answers now, on every path; the path's last part is the page's tag.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>What the running processes said of the store and of zones, for a test that failed.</summary>
    public string Told => string.Join('\n', new[] { _origin! }.Concat(_edges).SelectMany((p, i) => p.Output.Split('\n') // started before
        .Where(l => l.Contains("zone ", StringComparison.Ordinal) || l.Contains("shard ", StringComparison.Ordinal) || l.Contains("Redis", StringComparison.Ordinal))
        .TakeLast(40).Select(l => $"{(i == 0 ? "origin" : $"edge-{i}")}: {l}")));

    public string App => $"http://127.0.0.1:{_base + 2}";

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
        await StartOriginAsync();
        for (var i = 0; i < 2; i++)
        {
            _edges.Add(await StartEdgeAsync(i, (i == 1 ? redisOfSecond : null) ?? $"127.0.0.1:{RedisPort}"));
        }
    }

    /// <summary>kill -9 of an edge, and a new process in its place.</summary>
    public async Task RestartEdgeAsync(int edge)
    {
        await _edges[edge].DisposeAsync();
        _edges[edge] = await StartEdgeAsync(edge, $"127.0.0.1:{RedisPort}");
    }

    /// <summary>kill -9 of the origin, and a new process in its place.</summary>
    public async Task RestartOriginAsync()
    {
        await _origin!.DisposeAsync(); // Started before.
        await StartOriginAsync();
    }

    private async Task StartOriginAsync() => _origin = await ServedProgram.StartAsync(Folder, "ready", "origin", "--admin", Admin, "--redis", $"127.0.0.1:{RedisPort}");

    private Task<ServedProgram> StartEdgeAsync(int edge, string redis) => ServedProgram.StartAsync(
        Folder, "ready", "edge", "--listen", $"http://127.0.0.1:{EdgePort(edge)}", "--admin", EdgeAdmin(edge), "--upstream", App, "--redis", redis, "--name", $"edge-{edge + 1}");

    public int EdgePort(int edge) => _base + 3 + edge;

    public string EdgeAdmin(int edge) => $"http://127.0.0.1:{_base + 5 + edge}";

    /// <summary>The application's answers are new from here on.</summary>
    public int Change() => Interlocked.Increment(ref _version);

    /// <summary>With the file of the one that served last.</summary>
    public async Task StartRedisAsync() => _redis = await RedisServer.StartAsync(RedisPort, _files.Peek(), "--appendonly", "yes", "--appendfsync", "always");

    /// <summary>A replica that has all of it.</summary>
    public async Task StartReplicaAsync()
    {
        _files.Push(Directory.CreateDirectory(Path.Combine(Folder, $"redis-{_files.Count}")).FullName);
        var replica = _replica = await RedisServer.StartAsync(ReplicaPort, _files.Peek(), "--appendonly", "yes", "--appendfsync", "always", "--replicaof", "127.0.0.1", $"{RedisPort}");
        await Eventually.HoldsAsync(async () => (await replica.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal)
            && await replica.CliAsync("INFO", "persistence") is var file
            && file.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal) && file.Contains("aof_rewrite_scheduled:0", StringComparison.Ordinal));
    }

    /// <summary>The replica is cut off from now on: what comes after it lacks.</summary>
    public Task DetachReplicaAsync() => _replica!.CliAsync("REPLICAOF", "NO", "ONE"); // Started before.

    /// <summary>kill -9, and the replica takes its place.</summary>
    public async Task FailOverAsync()
    {
        await KillRedisAsync();
        await _replica!.MoveAsync(RedisPort); // Started before.
        (_redis, _replica) = (_replica, null);
    }

    /// <summary>kill -9.</summary>
    public async Task KillRedisAsync()
    {
        await _redis!.DisposeAsync(); // Started before.
        _redis = null;
    }

    public Task<string> CliAsync(params string[] arguments) => _redis!.CliAsync(arguments); // Started before.

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

        foreach (var redis in new[] { _redis, _replica }.OfType<RedisServer>())
        {
            await redis.DisposeAsync();
        }

        Http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
