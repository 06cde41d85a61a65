using EdgeCache.Configuration;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Transport;
using EdgeCache.Hosting;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Nodes;

/// <summary>One authoritative DNS listener, UDP and TCP, over the zones of the origin's follower.</summary>
internal sealed class AuthorityListener
{
    private readonly NodeContext _context;
    private readonly DnsServer _server;
    private readonly string _name;
    private readonly string _listen;

    public AuthorityListener(NodeContext context, Configuration.AuthorityOptions options, string node, IFollower follower)
    {
        _context = context;
        _name = node;
        _listen = options.Listen;
        var authority = new DnsAuthority(
            new Dns.Authority.AuthorityOptions { Zones = [.. options.Zones.Select(ZoneName.Parse)], ServerId = node }, follower, context.Time);
        _server = new DnsServer(
            node, new DnsServerOptions { Endpoints = [System.Net.IPEndPoint.Parse(options.Listen)] }, authority, context.Time, context.Logs.CreateLogger<DnsServer>(), null);
    }

    public Task StartAsync(CancellationToken cancellation) => _context.TryOpenAsync(_name, _listen, async () =>
    {
        await _server.StartAsync(cancellation).ConfigureAwait(false);
        NodeContext.Ready(_name, $"{_listen} (DNS, authoritative)");
    });

    public async Task StopAsync(CancellationToken hurry)
    {
        await _server.StopAsync(hurry).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
