using System.Net;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Transport;
using EdgeCache.Hosting;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Nodes;

/// <summary>One authoritative DNS listener, UDP and TCP, over the zones of the origin's follower, with NOTIFY to its secondaries.</summary>
internal sealed class AuthorityListener : IDisposable
{
    private readonly NodeContext _context;
    private readonly DnsAuthority _authority;
    private readonly DnsServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _name;
    private readonly Configuration.AuthorityOptions _options;
    private Task _notifying = Task.CompletedTask;

    public AuthorityListener(NodeContext context, Configuration.AuthorityOptions options, string node, IFollower follower, ZonesAhead ahead, bool isCopy)
    {
        _context = context;
        _name = node;
        _options = options;
        var endpoint = IPEndPoint.Parse(options.Listen);
        _authority = new DnsAuthority(
            new AuthorityOptions { Zones = [.. options.Zones.Select(ZoneName.Parse)], ServerId = node, Transfers = options.Transfers.ToServer(endpoint.Address), Ahead = ahead, IsCopy = isCopy },
            follower,
            context.Time);
        _server = new DnsServer(
            options.Listen, new DnsServerOptions { Endpoints = [endpoint] }, QueryLogs.Before(_authority, context, options.QueryLog, node), context.Time, context.Logs.CreateLogger<DnsServer>(), context.Meters);
    }

    public Task StartAsync(CancellationToken cancellation) => _context.TryOpenAsync(_name, _options.Listen, async () =>
    {
        await _server.StartAsync(cancellation).ConfigureAwait(false);
        _notifying = _authority.NotifyAsync(_stopping.Token);
        NodeContext.Ready(_name, $"{_options.Listen} (DNS, authoritative)");
        OpenListener.Warn(_name, IPEndPoint.Parse(_options.Listen));
    });

    public async Task StopAsync(CancellationToken hurry)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _notifying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _server.StopAsync(hurry).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        Dispose();
    }

    public void Dispose() => _stopping.Dispose();
}
