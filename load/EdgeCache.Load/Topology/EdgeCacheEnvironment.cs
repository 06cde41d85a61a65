using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
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
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-load-").FullName;
    private readonly List<ChildProcess> _children = [];
    private readonly List<HintProxy> _proxies = [];
    private readonly List<IReadTarget> _targets = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly int _adminPort = FreePort();
    private readonly int _redisPort = FreePort();
    private readonly int _dnsPort = FreePort();
    private VersionedOrigin? _origin;

    private EdgeCacheEnvironment(Scenario scenario, IReadOnlyList<string> program)
    {
        _scenario = scenario;
        _program = program;
        Ledger = new VersionLedger(scenario.Keys.Count, Stopwatch.GetTimestamp());
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadTarget> Targets => _targets;

    /// <inheritdoc/>
    public VersionLedger Ledger { get; }

    /// <inheritdoc/>
    public long UpstreamRequests => _origin?.Requests ?? 0;

    /// <summary>Starts everything. <paramref name="program"/>: the command that starts <c>edgecache</c>, without arguments.</summary>
    /// <exception cref="InvalidOperationException">redis-server is not on PATH, or a process did not become ready.</exception>
    public static async Task<IRunEnvironment> StartAsync(Scenario scenario, IReadOnlyList<string> program, CancellationToken cancellation)
    {
        if (!OnPath("redis-server"))
        {
            throw new InvalidOperationException("this scenario needs redis-server on PATH (Debian: apt-get install redis-server)");
        }

        var environment = new EdgeCacheEnvironment(scenario, program);
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
    public async Task<PublishOutcome> PublishAsync(int key, long version, CancellationToken cancellation)
    {
        try
        {
            if (_scenario.Reads.Over == ReadProtocol.Dns)
            {
                return await PublishRecordAsync(key, version, cancellation);
            }

            if (!_scenario.Writes.Purge)
            {
                return default;
            }

            using var response = await _client.PostAsJsonAsync(
                new Uri($"http://127.0.0.1:{_adminPort}/purge"),
                new { zone = "default", select = new[] { new { tag = $"k-{key}" } } },
                cancellation);
            return Outcome(response);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return new PublishOutcome("unreachable");
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FaultSpan>> InjectAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        return await Task.WhenAll(faults.Select(async fault =>
        {
            var from = 0d;
            try
            {
                await Task.Delay(warmUp + TimeSpan.FromSeconds(fault.AtSeconds), cancellation);
                from = (clock.Elapsed - warmUp).TotalSeconds;
                Break(fault);
                await Task.Delay(TimeSpan.FromSeconds(fault.Seconds), cancellation);
            }
            catch (OperationCanceledException)
            {
                // The run is over: what is broken is mended below.
            }

            await MendAsync(fault);
            return new FaultSpan(fault.What, fault.Kind.ToString().ToLowerInvariant(), from, (clock.Elapsed - warmUp).TotalSeconds);
        }));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var target in _targets)
        {
            await target.DisposeAsync();
        }

        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        if (_origin is not null)
        {
            await _origin.DisposeAsync();
        }

        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        await AddAsync(new ChildProcess(
            "redis", "redis-server",
            ["--port", $"{_redisPort}", "--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"],
            _folder, c => Answers(_redisPort, c)), cancellation);
        string[] dns = _scenario.Reads.Over == ReadProtocol.Dns ? ["--dns", $"127.0.0.1:{_dnsPort}"] : [];
        await AddAsync(Edgecache("origin", _adminPort, ["origin", "--admin", $"http://127.0.0.1:{_adminPort}", "--redis", $"127.0.0.1:{_redisPort}", .. dns]), cancellation);
        if (_scenario.Reads.Over == ReadProtocol.Dns)
        {
            await StartResolverAsync(cancellation);
            return;
        }

        var port = FreePort();
        _origin = await VersionedOrigin.StartAsync(Ledger, port, TimeSpan.FromSeconds(_scenario.TtlSeconds), null, cancellation);
        for (var i = 1; i <= _scenario.Target.Edges; i++)
        {
            var proxy = new HintProxy(
                new IPEndPoint(IPAddress.Loopback, _redisPort), _scenario.Target.HintLoss, 0,
                TimeSpan.FromMilliseconds(_scenario.Target.HintDelayMilliseconds), _scenario.Seed + i);
            _proxies.Add(proxy);
            var listen = FreePort();
            await AddAsync(
                Edgecache($"edge-{i}", listen, ["edge", "--listen", $"http://127.0.0.1:{listen}", "--upstream", $"http://127.0.0.1:{port}", "--redis", $"{proxy.Address}", "--name", $"edge-{i}"]),
                cancellation);
            _targets.Add(new HttpTarget(new Uri($"http://127.0.0.1:{listen}"), _scenario.Reads.Consistency, $"edge-{i}"));
        }
    }

    private async Task StartResolverAsync(CancellationToken cancellation)
    {
        using var zone = await _client.PutAsJsonAsync(new Uri($"http://127.0.0.1:{_adminPort}/zones/{DnsZone}"), new { }, cancellation);
        zone.EnsureSuccessStatusCode();
        for (var key = 0; key < _scenario.Keys.Count; key++)
        {
            if (await PublishRecordAsync(key, 1, cancellation) is { Error: { } error })
            {
                throw new InvalidOperationException($"the first publish of k{key}.{DnsZone} failed: {error}");
            }
        }

        var port = FreePort();
        var admin = FreePort();
        var proxy = new HintProxy(
            new IPEndPoint(IPAddress.Loopback, _redisPort), _scenario.Target.HintLoss, 0, TimeSpan.FromMilliseconds(_scenario.Target.HintDelayMilliseconds), _scenario.Seed + 1);
        _proxies.Add(proxy);
        string[] follow = _scenario.Writes.Purge ? ["--redis", $"{proxy.Address}"] : [];
        await AddAsync(
            Edgecache("resolver", admin, ["resolver", "--dns", $"127.0.0.1:{port}", "--forward", $"127.0.0.1:{_dnsPort}", "--admin", $"http://127.0.0.1:{admin}", .. follow]),
            cancellation);
        _targets.Add(new DnsTarget(new IPEndPoint(IPAddress.Loopback, port), DnsZone, "resolver"));
    }

    private async Task<PublishOutcome> PublishRecordAsync(int key, long version, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"http://127.0.0.1:{_adminPort}/zones/{DnsZone}/records/k{key}/TXT")
        {
            Content = new StringContent($"\"{version}\""),
        };
        request.Headers.TryAddWithoutValidation("Cache-Control", $"max-age={(long)_scenario.TtlSeconds}");
        using var response = await _client.SendAsync(request, cancellation);
        return Outcome(response);
    }

    private static PublishOutcome Outcome(HttpResponseMessage response) =>
        response.IsSuccessStatusCode
            ? new PublishOutcome(null, response.Headers.TryGetValues("Edge-Session", out var tokens) ? tokens.FirstOrDefault() : null)
            : new PublishOutcome($"status-{(int)response.StatusCode}");

    private ChildProcess Edgecache(string name, int port, IReadOnlyList<string> arguments) =>
        new(name, _program[0], [.. _program.Skip(1), .. arguments], _folder, c => Answers(port, c));

    private async Task AddAsync(ChildProcess child, CancellationToken cancellation)
    {
        _children.Add(child);
        await child.StartAsync(cancellation);
    }

    private void Break(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Pause: Child(fault.What).Pause(); break;
            case FaultKind.Kill: Child(fault.What).Kill(); break;
            default: Proxy(fault.What).Cut(true); break;
        }
    }

    private async Task MendAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Pause: Child(fault.What).Resume(); break;
            case FaultKind.Kill: await Child(fault.What).StartAsync(CancellationToken.None); break;
            default: Proxy(fault.What).Cut(false); break;
        }
    }

    private ChildProcess Child(string what) =>
        _children.Find(c => c.Name == what) ?? throw new InvalidOperationException($"faults: this scenario has no {what}; it has {string.Join(", ", _children.Select(c => c.Name))}");

    private HintProxy Proxy(string what) =>
        what == "resolver" ? _proxies[0] : _proxies[int.Parse(what["edge-".Length..]) - 1];

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => p.Length > 0 && File.Exists(Path.Combine(p, program)));

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
