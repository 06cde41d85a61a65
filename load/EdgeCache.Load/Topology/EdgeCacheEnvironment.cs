using System.Diagnostics;
using System.Net;
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
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private const string RecordZone = "load.test";

    private const int MaxAttempts = 3;
    private readonly Scenario _scenario;
    private readonly IReadOnlyList<string> _program;
    private readonly EnvironmentShape _shape;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-load-").FullName;
    private readonly Dictionary<string, ChildProcess> _processes = [];
    private readonly Dictionary<string, HintProxy> _proxies = [];
    private readonly List<IReadTarget> _targets = [];
    private readonly List<Region> _regions = [];
    private VersionedOrigin? _origin;

    private EdgeCacheEnvironment(Scenario scenario, IReadOnlyList<string> program, SeededDefect? defect, EnvironmentShape shape)
    {
        _shape = shape;
        _scenario = scenario;
        _program = program;
        SeededDefect = defect;
        Ledger = new VersionLedger(scenario.Keys.Count + 1, Stopwatch.GetTimestamp());
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadTarget> Targets => _targets;

    /// <inheritdoc/>
    public VersionLedger Ledger { get; }

    /// <inheritdoc/>
    public long? UpstreamRequests => _origin?.Requests;

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

        for (var attempt = 1; ; attempt++)
        {
            var environment = new EdgeCacheEnvironment(scenario, program, defect, shape ?? new EnvironmentShape());
            try
            {
                await environment.StartAsync(cancellation);
                await Task.WhenAll(environment.Targets.Select(t => environment.AwaitReadyAsync(t, cancellation)));
                return environment;
            }
            catch (InvalidOperationException fault) when (attempt < MaxAttempts && IsTakenPort(fault.Message))
            {
                await environment.DisposeAsync();
            }
            catch
            {
                await environment.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>A port was free when it was chosen, and another's when it was opened: with others it is tried again. The words are those of edgecache and of redis-server.</summary>
    internal static bool IsTakenPort(string said) => said.Contains("another process has it", StringComparison.Ordinal) || said.Contains("Address already in use", StringComparison.Ordinal);

    /// <inheritdoc/>
    public Task<PublishOutcome> PublishAsync(int key, long version, string? session, CancellationToken cancellation)
    {
        var writer = _regions[_scenario.Target.Regions == RegionKind.TwoWriters ? key % 2 : 0].Publisher;
        return _scenario.Reads.Over == ReadProtocol.Dns ? writer.PublishAsync(RecordZone, key, version, session, cancellation)
            : _scenario.Reads.Over == ReadProtocol.Record ? writer.PublishDocumentAsync(RecordZone, $"k{key}", $"{version}", session, cancellation)
            : _scenario.Writes.Purge ? writer.PurgeAsync(key, session, cancellation)
            : Task.FromResult(default(PublishOutcome));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FaultSpan>> InjectAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation) =>
        new FaultInjector(_processes, _proxies).RunAsync(faults, warmUp, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_targets.Select(t => t.DisposeAsync().AsTask()));

        // Redis last: the others tell it that they leave.
        var stores = _processes.Where(p => p.Key.StartsWith("redis", StringComparison.Ordinal)).Select(p => p.Value).ToHashSet();
        await Task.WhenAll(_processes.Values.Where(p => !stores.Contains(p)).Select(p => p.DisposeAsync().AsTask()));
        await Task.WhenAll(_proxies.Values.Select(p => p.DisposeAsync().AsTask()));
        await Task.WhenAll(stores.Select(s => s.DisposeAsync().AsTask()));
        await (_origin?.DisposeAsync() ?? ValueTask.CompletedTask);
        _regions.ForEach(r => r.Publisher.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        var dns = LoopbackPort.Free();
        var count = _scenario.Target.Regions == RegionKind.One ? 1 : 2;
        _regions.AddRange(Enumerable.Range(1, count).Select(n => new Region(n, LoopbackPort.Free(), LoopbackPort.Free(), Ttl)));
        foreach (var region in _regions)
        {
            await AddAsync(new ChildProcess(
                region.Name("redis"), "redis-server",
                [
                    "--port", $"{region.RedisPort}", "--bind", "127.0.0.1", "--dir", Directory.CreateDirectory(Path.Combine(_folder, region.Name("redis"))).FullName,
                    "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
                ],
                _folder, c => LoopbackPort.AnswersAsync(region.RedisPort, c)), cancellation);
            await AddAsync(
                Edgecache(region.Name("origin"), region.AdminPort,
                [
                    "origin", "--name", region.Name("origin"), "--admin", $"http://127.0.0.1:{region.AdminPort}", "--redis", $"127.0.0.1:{region.RedisPort}",
                    .. _scenario.Reads.Over == ReadProtocol.Dns ? new[] { "--dns", $"127.0.0.1:{dns}" } : [],
                    .. Region.Flags(_scenario.Target, region, _regions),
                ]),
                cancellation);
        }

        if (_scenario.Reads.Over != ReadProtocol.Http)
        {
            await PublishFirstAsync(cancellation);
        }

        if (_scenario.Reads.Over == ReadProtocol.Dns)
        {
            await StartResolverAsync(dns, cancellation);
            return;
        }

        _origin = await VersionedOrigin.StartAsync(Ledger, _shape.OriginPort, _shape.TtlOfKey ?? (_ => Ttl), cancellation);
        await Task.WhenAll(Enumerable.Range(1, _scenario.Target.Edges).Select(i => StartEdgeAsync(i, cancellation)));
        _targets.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
    }

    // A node listens before it has read every zone.
    private async Task AwaitReadyAsync(IReadTarget target, CancellationToken cancellation)
    {
        var limit = Stopwatch.StartNew();
        ReadAnswer answer;
        while ((answer = await target.ReadAsync(Ledger.Keys - 1, Stopwatch.GetTimestamp(), null, cancellation)) is not { Error: null, Version: > 0 })
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var process in _processes.Values)
            {
                await process.ThrowIfEndedAsync(cancellation);
            }

            if (limit.Elapsed > ReadyLimit)
            {
                throw new InvalidOperationException($"{target.Name} does not answer with a version within {ReadyLimit.TotalSeconds:F0} s ({answer.Error})");
            }

            await Task.Delay(50, cancellation);
        }
    }

    private async Task StartEdgeAsync(int number, CancellationToken cancellation)
    {
        var region = _regions[(number - 1) % _regions.Count];
        var (name, listen, proxy) = ($"edge-{number}", LoopbackPort.Free(), AddProxy($"edge-{number}", number, region));
        await AddAsync(
            Edgecache(name, listen, ["edge", "--listen", $"http://127.0.0.1:{listen}", "--upstream", $"http://127.0.0.1:{_origin!.Port}", "--redis", $"{proxy.Address}", "--name", name, .. region.EdgeFlags(_regions.Count)]),
            cancellation);
        lock (_targets)
        {
            _targets.Add(new HttpTarget(new Uri($"http://127.0.0.1:{listen}"), _scenario.Reads.Consistency, name, _scenario.Reads.Over == ReadProtocol.Record ? RecordZone : null));
        }
    }

    private async Task PublishFirstAsync(CancellationToken cancellation)
    {
        await _regions[0].Publisher.CreateZoneAsync(RecordZone, cancellation);
        for (var key = 0; key < Ledger.Keys; key++)
        {
            if (await PublishAsync(key, 1, null, cancellation) is { Error: { } error })
            {
                throw new InvalidOperationException($"the first publish of {DnsTarget.NameOf(key, RecordZone)} failed: {error}");
            }
        }
    }

    private async Task StartResolverAsync(int authority, CancellationToken cancellation)
    {
        var (port, admin) = (LoopbackPort.Free(), LoopbackPort.Free());
        string[] follow = _scenario.Writes.Purge ? ["--redis", $"{AddProxy("resolver", 1, _regions[0]).Address}"] : [];
        await AddAsync(
            Edgecache("resolver", admin, ["resolver", "--dns", $"127.0.0.1:{port}", "--forward", $"127.0.0.1:{authority}", "--admin", $"http://127.0.0.1:{admin}", .. follow]),
            cancellation);
        _targets.Add(new DnsTarget(new IPEndPoint(IPAddress.Loopback, port), RecordZone, "resolver", Ttl));
    }

    private HintProxy AddProxy(string name, int number, Region region)
    {
        var target = _scenario.Target;
        var proxy = new HintProxy(
            new IPEndPoint(IPAddress.Loopback, region.RedisPort), _shape.LossOfEdge?.Invoke(number) ?? target.HintLoss, target.HintDoubling, TimeSpan.FromMilliseconds(target.HintDelayMilliseconds), _scenario.Seed + number);
        lock (_proxies)
        {
            _proxies[name] = proxy;
        }

        return proxy;
    }

    private ChildProcess Edgecache(string name, int port, IReadOnlyList<string> arguments) =>
        new(name, _program[0], [.. _program.Skip(1), .. arguments], _folder, c => LoopbackPort.AnswersAsync(port, c)) { SeededDefect = SeededDefect };

    private async Task AddAsync(ChildProcess child, CancellationToken cancellation)
    {
        lock (_processes)
        {
            _processes[child.Name] = child;
        }

        await child.StartAsync(cancellation);
    }
}
