using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Bench;

/// <summary>HTTP caches and proxies before a <see cref="FixedOrigin"/>, each a process on the servers' processor.</summary>
internal sealed class HttpContestants : IAsyncDisposable
{
    private readonly PinnedProcesses _processes = new();
    private readonly BenchPlan _plan;
    private readonly int _upstream = LoopbackPort.Free();

    private HttpContestants(BenchPlan plan) => _plan = plan;

    /// <summary>Contestants by name with their port; the first is the peer.</summary>
    public List<(string Name, int Port, PinnedProcess Process)> Ready { get; } = [];

    /// <summary>Starts the origin and those of <paramref name="names"/> that are installed: nginx, yarp, edgecache.</summary>
    public static async Task<HttpContestants> StartAsync(BenchPlan plan, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var all = new HttpContestants(plan);
        try
        {
            await all._processes.AddAsync("origin", [.. plan.Tool, "serve-origin", "--port", $"{all._upstream}"], all._upstream, plan.ClientCpu, cancellation);
            foreach (var name in names)
            {
                await all.AddAsync(name, cancellation);
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

    private async Task AddAsync(string name, CancellationToken cancellation)
    {
        var port = LoopbackPort.Free();
        IReadOnlyList<string>? command = name switch
        {
            "nginx" => ProgramPath.Find("nginx") is { } nginx ? [nginx, "-p", _processes.Folder, "-c", await NginxAsync(port)] : null,
            "yarp" => [.. _plan.Tool, "serve-yarp", "--port", $"{port}", "--upstream", $"http://127.0.0.1:{_upstream}"],
            _ => [.. _plan.Program, "edge", "--listen", $"http://127.0.0.1:{port}", "--upstream", $"http://127.0.0.1:{_upstream}", "--name", "bench", "--memory", "1GiB"],
        };
        if (command is null)
        {
            _plan.Say($"{name} is not on PATH: skipped (Debian: apt-get install {name})");
            return;
        }

        var process = await _processes.AddAsync(name, command, port, _plan.ServerCpu, cancellation);
        Ready.Add((name, port, process));
    }

    // Near-stock, on tmpfs where there is one; keep-alive to clients and upstream without the limits of the packaged file.
    private async Task<string> NginxAsync(int port)
    {
        var cache = Directory.Exists("/dev/shm") ? Directory.CreateTempSubdirectory("edgecache-bench-").FullName : Path.Combine(_processes.Folder, "cache");
        if (Directory.Exists("/dev/shm"))
        {
            Directory.Delete(cache);
            cache = Path.Combine("/dev/shm", Path.GetFileName(cache));
            _processes.Own(new Folder(cache));
        }

        var file = Path.Combine(_processes.Folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off; user root; worker_processes 1; error_log stderr; pid nginx.pid;
            events { worker_connections 4096; }
            http {
              access_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              proxy_cache_path {{cache}} keys_zone=pages:128m max_size=4g use_temp_path=off;
              upstream app { server 127.0.0.1:{{_upstream}}; keepalive 128; keepalive_requests 1000000000; }
              server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache pages; } }
            }
            """);
        return file;
    }

    private sealed class Folder(string path) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            return ValueTask.CompletedTask;
        }
    }
}
