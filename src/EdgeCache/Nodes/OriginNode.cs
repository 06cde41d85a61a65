using EdgeCache.Admin;
using EdgeCache.Configuration;
using EdgeCache.Dns.Authority;
using EdgeCache.Hosting;
using EdgeCache.Regions;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Nodes;

/// <summary>Record store, admin API and authoritative DNS. Its follower keeps what DNS answers from.</summary>
internal sealed class OriginNode : INode
{
    private readonly NodeContext _context;
    private readonly OriginOptions _options;
    private readonly List<AuthorityListener> _authorities = [];
    private readonly ZoneLoading _loading;
    private RunningFollower? _follower;
    private RunningReplicators? _replicators;
    private PrimaryProxy? _primary;
    private AdminHost? _admin;

    public OriginNode(NodeContext context, OriginOptions options)
    {
        _context = context;
        _options = options;
        _loading = new ZoneLoading(context);
    }

    public string Name => _options.Name;

    public async Task StartAsync(CancellationToken cancellation)
    {
        await _loading.ReadAsync(_options.ZoneFiles, cancellation).ConfigureAwait(false);
        _follower = new RunningFollower(_context, Name, "origin", FloorInterest.None, [new DnsZoneProjection()]);
        if (_loading.HasFiles)
        {
            await OpenDnsAsync(_follower, cancellation).ConfigureAwait(false);
            await _loading.CommitAsync(_follower.Follower, cancellation).ConfigureAwait(false);
        }

        await _follower.CatchUpAsync(cancellation).ConfigureAwait(false);
        _replicators = RunningReplicators.Start(_context, _options);
        _primary = _options.Replica is { } replica && _replicators.Primary is { } following ? new PrimaryProxy(replica, following, _context.Store.Region) : null;

        if (_authorities.Count == 0)
        {
            // What was read stays for long: moved to the oldest generation now, it is in no pause while queries come.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        }

        _admin = new AdminHost(_context, AdminParts.Of(_context, new NodeInsight(Name) { Follower = _follower.Follower, Explain = _context.Edges.Explain }, _options.Admin) with { Primary = _primary, TracesChanges = true });
        await _admin.StartAsync(cancellation).ConfigureAwait(false);
        await OpenDnsAsync(_follower, cancellation).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken hurry)
    {
        await _loading.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_authorities.Select(a => a.StopAsync(hurry))).ConfigureAwait(false);
        await (_admin?.StopAsync(hurry) ?? Task.CompletedTask).ConfigureAwait(false);
        if (_replicators is not null)
        {
            await _replicators.DisposeAsync().ConfigureAwait(false);
        }

        _primary?.Dispose();
        if (_follower is not null)
        {
            await _follower.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Opens the DNS listeners, unless they are open.</summary>
    private async Task OpenDnsAsync(RunningFollower follower, CancellationToken cancellation)
    {
        foreach (var options in _options.Dns.Skip(_authorities.Count))
        {
            var authority = new AuthorityListener(_context, options, Name, follower.Follower, _loading.Ahead, _options.Replica is not null);
            _authorities.Add(authority);
            await authority.StartAsync(cancellation).ConfigureAwait(false);
        }
    }
}
