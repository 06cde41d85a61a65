using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>Somebody's own caches or resolvers in front of the tool's origin or name server; purges go out as PURGE requests to a URL template.</summary>
public sealed class ExternalEnvironment : IRunEnvironment
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly VersionedOrigin? _origin;
    private readonly VersionedAuthority? _authority;
    private readonly string? _purgeUrl;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };

    private ExternalEnvironment(VersionedOrigin? origin, VersionedAuthority? authority, VersionLedger ledger, IReadOnlyList<IReadTarget> targets, string? purgeUrl)
    {
        _origin = origin;
        _authority = authority;
        _purgeUrl = purgeUrl;
        Ledger = ledger;
        Targets = targets;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadTarget> Targets { get; }

    /// <inheritdoc/>
    public VersionLedger Ledger { get; }

    /// <inheritdoc/>
    public long? UpstreamRequests => (_origin?.Requests ?? 0) + (_authority?.Queries ?? 0);

    /// <inheritdoc/>
    public SeededDefect? SeededDefect => null;

    /// <summary>Starts the origin and connects to what the scenario names.</summary>
    /// <exception cref="FormatException">An address is not one, cannot be reached, or answers without a version; the message names the field.</exception>
    public static async Task<ExternalEnvironment> StartAsync(Scenario scenario, CancellationToken cancellation)
    {
        var ttl = TimeSpan.FromSeconds(scenario.TtlSeconds);
        var ledger = new VersionLedger(scenario.Keys.Count + 1, Stopwatch.GetTimestamp());
        var targets = scenario.Target.Read.Select((a, i) => Target(i, a, scenario)).ToArray();
        var zones = targets.OfType<DnsTarget>().Select(t => t.Zone).Distinct().ToArray();
        if (zones.Length > 1)
        {
            throw new FormatException($"target.read: one zone for all resolvers, not {string.Join(" and ", zones)}");
        }

        VersionedOrigin? origin = null;
        VersionedAuthority? authority = null;
        try
        {
            origin = scenario.Reads.Over == ReadProtocol.Http ? await VersionedOrigin.StartAsync(ledger, scenario.Target.OriginPort, _ => ttl, cancellation) : null;
            authority = scenario.Reads.Over == ReadProtocol.Dns ? VersionedAuthority.Start(ledger, scenario.Target.OriginPort, zones[0], _ => ttl) : null;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new FormatException($"target.originPort: {scenario.Target.OriginPort} cannot be opened ({e.Message}); allowed is a free port");
        }

        var environment = new ExternalEnvironment(origin, authority, ledger, targets, scenario.Writes.Purge ? scenario.Target.PurgeUrl : null);
        try
        {
            await environment.LookAsync(scenario, cancellation);
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<PublishOutcome> PublishAsync(int key, long version, string? session, CancellationToken cancellation)
    {
        if (_purgeUrl is null)
        {
            return default;
        }

        try
        {
            using var request = new HttpRequestMessage(new HttpMethod("PURGE"), _purgeUrl.Replace("{key}", $"{key}", StringComparison.Ordinal));
            using var response = await _client.SendAsync(request, cancellation);
            // 404: there was nothing to purge.
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound ? default : new PublishOutcome($"status-{(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return new PublishOutcome("unreachable");
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FaultSpan>> InjectAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<FaultSpan>>([]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var target in Targets)
        {
            await target.DisposeAsync();
        }

        _client.Dispose();
        await (_origin?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_authority?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    // One look at each target before the clock starts, so that a wrong port is a sentence and not a void run.
    private async Task LookAsync(Scenario scenario, CancellationToken cancellation)
    {
        for (var i = 0; i < Targets.Count; i++)
        {
            var field = $"target.read[{i}]: {scenario.Target.Read[i]}";
            var answer = await Targets[i].ReadAsync(scenario.Keys.Count, Stopwatch.GetTimestamp(), null, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (answer.Error is { } error)
            {
                throw new FormatException($"{field} does not answer ({error}); allowed is a running cache in front of 127.0.0.1:{scenario.Target.OriginPort}, where the tool's origin listens");
            }

            if (answer.Version != 1)
            {
                throw new FormatException(
                    $"{field} answers without a version of the tool's origin; it must pass {VersionedOrigin.VersionHeader} on (HTTP) or forward {DnsTarget.NameOf(0, "ZONE")} (DNS) to 127.0.0.1:{scenario.Target.OriginPort}");
            }
        }
    }

    private static IReadTarget Target(int index, string address, Scenario scenario)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != (scenario.Reads.Over == ReadProtocol.Http ? "http" : "dns"))
        {
            throw new FormatException($"target.read[{index}]: '{address}' is not an address for reads.over {scenario.Reads.Over}; allowed are http://host:port (http) and dns://ip:port/zone (dns)");
        }

        if (uri.Scheme == "http")
        {
            return new HttpTarget(uri, scenario.Reads.Consistency);
        }

        return IPAddress.TryParse(uri.Host, out var ip) && uri.Port > 0 && uri.AbsolutePath.Length > 1
            ? new DnsTarget(new IPEndPoint(ip, uri.Port), uri.AbsolutePath.Trim('/'), ttl: TimeSpan.FromSeconds(scenario.TtlSeconds))
            : throw new FormatException($"target.read[{index}]: '{address}' is not dns://ip:port/zone");
    }
}
