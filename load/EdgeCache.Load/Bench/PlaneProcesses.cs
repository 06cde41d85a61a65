using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>Redis, an <c>edgecache origin</c> and edges on it: the edges on the servers' processor, the rest beside the sender.</summary>
internal sealed class PlaneProcesses : IAsyncDisposable
{
    private readonly PinnedProcesses _processes = new();

    private PlaneProcesses()
    {
    }

    public int RedisPort { get; } = LoopbackPort.Free();

    public int AdminPort { get; } = LoopbackPort.Free();

    public List<(int Port, PinnedProcess Process)> Edges { get; } = [];

    /// <summary>Starts everything; null, with a message, where Redis is not installed.</summary>
    public static async Task<PlaneProcesses?> StartAsync(BenchPlan plan, int edges, int upstream, CancellationToken cancellation)
    {
        if (ProgramPath.Find("redis-server") is not { } redis)
        {
            plan.Say("redis-server is not on PATH: skipped (Debian: apt-get install redis-server)");
            return null;
        }

        var all = new PlaneProcesses();
        try
        {
            await all._processes.AddAsync("redis", [redis, "--port", $"{all.RedisPort}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"], all.RedisPort, plan.ClientCpu, cancellation);
            await all._processes.AddAsync("origin", [.. plan.Program, "origin", "--admin", $"http://127.0.0.1:{all.AdminPort}", "--redis", $"127.0.0.1:{all.RedisPort}"], all.AdminPort, plan.ClientCpu, cancellation);
            for (var i = 1; i <= edges; i++)
            {
                var port = LoopbackPort.Free();
                var edge = await all._processes.AddAsync(
                    $"edge-{i}", [.. plan.Program, "edge", "--listen", $"http://127.0.0.1:{port}", "--upstream", $"http://127.0.0.1:{upstream}", "--redis", $"127.0.0.1:{all.RedisPort}", "--name", $"edge-{i}"],
                    port, plan.ServerCpu, cancellation);
                all.Edges.Add((port, edge));
            }

            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _processes.DisposeAsync();
}
