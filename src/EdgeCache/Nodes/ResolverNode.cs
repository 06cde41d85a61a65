using System.Net;
using EdgeCache.Admin;
using EdgeCache.Configuration;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Transport;
using EdgeCache.Hosting;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Policies;
using Microsoft.Extensions.Logging;
using ResolverOptions = EdgeCache.Configuration.ResolverOptions;

namespace EdgeCache.Nodes;

/// <summary>A recursive caching resolver with a follower of its own.</summary>
internal sealed class ResolverNode : INode
{
    private readonly NodeContext _context;
    private readonly ResolverOptions _options;
    private readonly List<DnsServer> _servers = [];
    private RunningFollower? _follower;
    private TestClock? _clock;
    private RecursiveResolver? _resolver;
    private AdminHost? _admin;

    public ResolverNode(NodeContext context, ResolverOptions options)
    {
        _context = context;
        _options = options;
    }

    public string Name => _options.Name;

    public async Task StartAsync(CancellationToken cancellation)
    {
        var pushed = _options.Mode == ResolverMode.Push;
        _follower = new RunningFollower(_context, Name, "resolver", pushed ? FloorInterest.Names : FloorInterest.NamePurges, [], reports: pushed);
        await _follower.CatchUpAsync(cancellation).ConfigureAwait(false);
        _clock = _options.TestClock is { } file ? new TestClock(file, _context.Time) : null;
        _resolver = new RecursiveResolver(Name, _options.ToLibrary(), _follower.Follower, _context.Time, _clock ?? _context.Time, _context.Meters, _context.Tokens);
        foreach (var listen in _options.Listen)
        {
            await _context.TryOpenAsync(Name, listen, () => OpenAsync(listen, cancellation)).ConfigureAwait(false);
        }

        if (_options.Admin is { } admin)
        {
            _admin = new AdminHost(_context, AdminParts.Of(_context, new NodeInsight(Name) { Follower = _follower.Follower }, admin));
            await _admin.StartAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async Task StopAsync(CancellationToken hurry)
    {
        foreach (var server in _servers)
        {
            await server.StopAsync(hurry).ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
        }

        if (_resolver is not null)
        {
            await _resolver.DisposeAsync().ConfigureAwait(false);
        }

        _clock?.Dispose();
        await (_admin?.StopAsync(hurry) ?? Task.CompletedTask).ConfigureAwait(false);
        if (_follower is not null)
        {
            await _follower.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task OpenAsync(string listen, CancellationToken cancellation)
    {
        var options = new DnsServerOptions { Endpoints = [IPEndPoint.Parse(listen)] };
        var responder = QueryLogs.Before(_resolver!, _context, _options.QueryLog, Name); // The resolver was made before the first listener.
        var server = new DnsServer(Name, options, responder, _context.Time, _context.Logs.CreateLogger<DnsServer>(), _context.Meters);
        await server.StartAsync(cancellation).ConfigureAwait(false);
        _servers.Add(server);
        OpenListener.Warn(Name, IPEndPoint.Parse(listen));
        NodeContext.Ready(Name, $"{listen} (DNS, recursive, {(_options.Mode == ResolverMode.Push ? "push" : "ttl")})");
    }
}
