using System.Diagnostics;
using System.Net;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>Somebody's own caches in front of the tool's origin; purges go out as PURGE requests to a URL template.</summary>
public sealed class ExternalEnvironment : IRunEnvironment
{
    private readonly VersionedOrigin _origin;
    private readonly string? _purgeUrl;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    private ExternalEnvironment(VersionedOrigin origin, VersionLedger ledger, IReadOnlyList<IReadTarget> targets, string? purgeUrl)
    {
        _origin = origin;
        _purgeUrl = purgeUrl;
        Ledger = ledger;
        Targets = targets;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadTarget> Targets { get; }

    /// <inheritdoc/>
    public VersionLedger Ledger { get; }

    /// <inheritdoc/>
    public long UpstreamRequests => _origin.Requests;

    /// <summary>Starts the origin and connects to what the scenario names.</summary>
    /// <exception cref="FormatException">A target's address is neither <c>http://</c> nor <c>dns://host:port/zone</c>.</exception>
    public static async Task<ExternalEnvironment> StartAsync(Scenario scenario, CancellationToken cancellation)
    {
        var targets = scenario.Target.Read.Select(a => Target(a, scenario.Reads.Consistency)).ToArray();
        var ledger = new VersionLedger(scenario.Keys.Count, Stopwatch.GetTimestamp());
        var origin = await VersionedOrigin.StartAsync(ledger, scenario.Target.OriginPort, TimeSpan.FromSeconds(scenario.TtlSeconds), null, cancellation);
        return new ExternalEnvironment(origin, ledger, targets, scenario.Writes.Purge ? scenario.Target.PurgeUrl : null);
    }

    /// <inheritdoc/>
    public async Task<PublishOutcome> PublishAsync(int key, long version, CancellationToken cancellation)
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
        await _origin.DisposeAsync();
    }

    private static IReadTarget Target(string address, string? consistency)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "dns"))
        {
            throw new FormatException($"target.read: '{address}' is not an address; allowed are http://host:port and dns://host:port/zone");
        }

        return uri.Scheme == "http"
            ? new HttpTarget(uri, consistency)
            : new DnsTarget(new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port), uri.AbsolutePath.Trim('/'));
    }
}
