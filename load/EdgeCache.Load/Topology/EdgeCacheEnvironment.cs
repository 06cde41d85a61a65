using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Topology;

/// <summary>
/// The processes of a scenario: redis-server, <c>edgecache origin</c>, edges (each behind a <see cref="HintProxy"/>) in front of the tool's own origin, or a resolver.
/// Everything lives in a folder of its own on loopback and is gone afterwards.
/// </summary>
public sealed class EdgeCacheEnvironment : IRunEnvironment
{
    private const string DnsZone = "load.test";

    private readonly Scenario _scenario;
    private readonly IReadOnlyList<string> _program;
    private readonly EnvironmentShape _shape;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-load-").FullName;
    private readonly Dictionary<string, ChildProcess> _processes = [];
    private readonly Dictionary<string, HintProxy> _proxies = [];
    private readonly List<IReadTarget> _targets = [];
    private readonly int _adminPort = FreePort();
    private readonly int _redisPort = FreePort();
    private readonly EdgeCachePublisher _publisher;
    private VersionedOrigin? _origin;

    private EdgeCacheEnvironment(Scenario scenario, IReadOnlyList<string> program, SeededDefect? defect, EnvironmentShape shape)
    {
        _shape = shape;
        _scenario = scenario;
        _program = program;
        _publisher = new EdgeCachePublisher(_adminPort, Ttl);
        SeededDefect = defect;
        Ledger = new VersionLedger(scenario.Keys.Count + 1, Stopwatch.GetTimestamp());
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadTarget> Targets => _targets;

    /// <inheritdoc/>
    public VersionLedger Ledger { get; }

    /// <inheritdoc/>
    public long UpstreamRequests => _origin?.Requests ?? 0;

    /// <inheritdoc/>
    public SeededDefect? SeededDefect { get; }

    private TimeSpan Ttl => TimeSpan.FromSeconds(_scenario.TtlSeconds);

    /// <summary>Starts everything. <paramref name="program"/>: the command that starts <c>edgecache</c>, without arguments.</summary>
    /// <exception cref="InvalidOperationException">redis-server is not on PATH, a process did not become ready, or a release build was asked for a seeded defect.</exception>
    public static async Task<IRunEnvironment> StartAsync(Scenario scenario, IReadOnlyList<string> program, SeededDefect? defect, CancellationToken cancellation, EnvironmentShape? shape = null)
    {
        if (!ProgramPath.Has("redis-server"))
        {
            throw new InvalidOperationException("target.kind EdgeCache needs redis-server on PATH (Debian: apt-get install redis-server)");
        }

        var environment = new EdgeCacheEnvironment(scenario, program, defect, shape ?? new EnvironmentShape());
        try
        {
            await environment.StartAsync(cancellation);
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<PublishOutcome> PublishAsync(int key, long version, string? session, CancellationToken cancellation) =>
        _scenario.Reads.Over == ReadProtocol.Dns ? _publisher.PublishAsync(DnsZone, key, version, session, cancellation)
        : _scenario.Writes.Purge ? _publisher.PurgeAsync(key, session, cancellation)
        : Task.FromResult(default(PublishOutcome));

    /// <inheritdoc/>
    public Task<IReadOnlyList<FaultSpan>> InjectAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation) =>
        new FaultInjector(_processes, _proxies).RunAsync(faults, warmUp, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_targets.Select(t => t.DisposeAsync().AsTask()));

        // Redis last: the others tell it that they leave.
        var redis = _processes.GetValueOrDefault("redis");
        await Task.WhenAll(_processes.Values.Where(p => p != redis).Select(p => p.DisposeAsync().AsTask()));
        await Task.WhenAll(_proxies.Values.Select(p => p.DisposeAsync().AsTask()));
        await (redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_origin?.DisposeAsync() ?? ValueTask.CompletedTask);
        _publisher.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        await AddAsync(new ChildProcess(
            "redis", "redis-server",
            ["--port", $"{_redisPort}", "--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"],
            _folder, c => Answers(_redisPort, c)), cancellation);
        var dns = FreePort();
        await AddAsync(
            Edgecache("origin", _adminPort,
            [
                "origin", "--admin", $"http://127.0.0.1:{_adminPort}", "--redis", $"127.0.0.1:{_redisPort}",
                .. _scenario.Reads.Over == ReadProtocol.Dns ? new[] { "--dns", $"127.0.0.1:{dns}" } : [],
            ]),
            cancellation);
        if (_scenario.Reads.Over == ReadProtocol.Dns)
        {
            await StartResolverAsync(dns, cancellation);
            return;
        }

        _origin = await VersionedOrigin.StartAsync(Ledger, _shape.OriginPort, _shape.TtlOfKey ?? (_ => Ttl), cancellation);
        await Task.WhenAll(Enumerable.Range(1, _scenario.Target.Edges).Select(i => StartEdgeAsync(i, cancellation)));
        _targets.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
    }

    private async Task StartEdgeAsync(int number, CancellationToken cancellation)
    {
        var (name, listen, proxy) = ($"edge-{number}", FreePort(), AddProxy($"edge-{number}", number));
        await AddAsync(
            Edgecache(name, listen, ["edge", "--listen", $"http://127.0.0.1:{listen}", "--upstream", $"http://127.0.0.1:{_origin!.Port}", "--redis", $"{proxy.Address}", "--name", name]),
            cancellation);
        lock (_targets)
        {
            _targets.Add(new HttpTarget(new Uri($"http://127.0.0.1:{listen}"), _scenario.Reads.Consistency, name));
        }
    }

    private async Task StartResolverAsync(int authority, CancellationToken cancellation)
    {
        await _publisher.CreateZoneAsync(DnsZone, cancellation);
        for (var key = 0; key < Ledger.Keys; key++)
        {
            if (await _publisher.PublishAsync(DnsZone, key, 1, null, cancellation) is { Error: { } error })
            {
                throw new InvalidOperationException($"the first publish of {DnsTarget.NameOf(key, DnsZone)} failed: {error}");
            }
        }

        var (port, admin) = (FreePort(), FreePort());
        string[] follow = _scenario.Writes.Purge ? ["--redis", $"{AddProxy("resolver", 1).Address}"] : [];
        await AddAsync(
            Edgecache("resolver", admin, ["resolver", "--dns", $"127.0.0.1:{port}", "--forward", $"127.0.0.1:{authority}", "--admin", $"http://127.0.0.1:{admin}", .. follow]),
            cancellation);
        _targets.Add(new DnsTarget(new IPEndPoint(IPAddress.Loopback, port), DnsZone, "resolver", Ttl));
    }

    private HintProxy AddProxy(string name, int number)
    {
        var target = _scenario.Target;
        var proxy = new HintProxy(
            new IPEndPoint(IPAddress.Loopback, _redisPort), _shape.LossOfEdge?.Invoke(number) ?? target.HintLoss, target.HintDoubling, TimeSpan.FromMilliseconds(target.HintDelayMilliseconds), _scenario.Seed + number);
        lock (_proxies)
        {
            _proxies[name] = proxy;
        }

        return proxy;
    }

    private ChildProcess Edgecache(string name, int port, IReadOnlyList<string> arguments) =>
        new(name, _program[0], [.. _program.Skip(1), .. arguments], _folder, c => Answers(port, c)) { SeededDefect = SeededDefect };

    private async Task AddAsync(ChildProcess child, CancellationToken cancellation)
    {
        lock (_processes)
        {
            _processes[child.Name] = child;
        }

        await child.StartAsync(cancellation);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<bool> Answers(int port, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
