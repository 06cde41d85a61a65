using System.Net;
using EdgeCache.Admin;
using EdgeCache.Configuration;
using EdgeCache.Dns.Transport;
using EdgeCache.Hosting;
using EdgeCache.Http;
using EdgeCache.Http.Proxy;
using EdgeCache.Metrics;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Nodes;

/// <summary>A caching proxy with a follower of its own.</summary>
internal sealed class EdgeProxyNode : INode
{
    private readonly NodeContext _context;
    private readonly EdgeOptions _options;
    private readonly Invalidator _invalidator;
    private readonly FreshAnswers _fresh;
    private readonly IReadOnlyDictionary<string, string> _place;
    private RunningFollower? _follower;
    private WebApplication? _app;
    private AdminHost? _admin;

    public EdgeProxyNode(NodeContext context, EdgeOptions options)
    {
        _context = context;
        _options = options;
        _invalidator = new Invalidator(context.Publisher, context.Time);
        _fresh = new FreshAnswers(context.Store, context.Time);
        _place = new Dictionary<string, string>
        {
            ["listen"] = string.Join(' ', options.Listen),
            [options.Tier is null ? "upstream" : "tier"] = options.Tier ?? options.Upstream ?? "",
        };
    }

    public string Name => _options.Name;

    public async Task StartAsync(CancellationToken cancellation)
    {
        _follower = new RunningFollower(_context, Name, "edge", FloorInterest.Pages, [], work: Work, configure: o => o.DoubtLimit = _options.ResyncStale);
        await _follower.CatchUpAsync(cancellation).ConfigureAwait(false);
        NodeMeters.Answer(_context.Meters, Name, Counters);
        NodeMeters.Invalidate(_context.Meters, Name, _invalidator);
        await _context.TryOpenAsync(Name, string.Join(", ", _options.Listen), () => OpenAsync(cancellation)).ConfigureAwait(false);

        if (_options.Admin is { } admin)
        {
            _admin = new AdminHost(_context, AdminParts.Of(_context, new NodeInsight(Name) { Follower = _follower.Follower, Explain = _context.Edges.Explain }, admin));
            await _admin.StartAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async Task StopAsync(CancellationToken hurry)
    {
        _context.Edges.Close(Name);
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            await app.StopAsync(hurry).ConfigureAwait(false);
            await app.DisposeAsync().ConfigureAwait(false);
        }

        await (_admin?.StopAsync(hurry) ?? Task.CompletedTask).ConfigureAwait(false);
        await _fresh.DisposeAsync().ConfigureAwait(false);
        await _invalidator.DisposeAsync().ConfigureAwait(false);
        if (_follower is not null)
        {
            await _follower.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One cache behind all addresses.</summary>
    private async Task OpenAsync(CancellationToken cancellation)
    {
        var builder = WebHost.CreateBuilder(_context, []);
        foreach (var listen in _options.Listen)
        {
            _ = ListenAddress.TryParse(listen, out var address);
            builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, address!)); // Checked when the options were.
        }

        builder.Services.AddEdgeCache(CacheOptions(), _follower!.Follower, new Uri(_options.Tier ?? _options.Upstream!), NodeContext.NewRandom()); // One of the two is set.
        _app = builder.Build();
        if (_options.Doh is { } server)
        {
            var doh = new DohEndpoint(new DnsForwarder(System.Net.IPEndPoint.Parse(server), _context.Time));
            _app.Use((context, next) => context.Request.Path == DohEndpoint.Path ? doh.InvokeAsync(context) : next(context));
        }

        _app.UseEdgeCache();
        await _app.StartAsync(cancellation).ConfigureAwait(false);
        _context.Edges.Open(Name, _app.Services);
        foreach (var listen in _options.Listen)
        {
            NodeContext.Ready(Name, $"{listen} -> {_options.Tier ?? _options.Upstream}");
        }
    }

    /// <summary>Null while it is not open.</summary>
    private EdgeCounters? Counters() => Volatile.Read(ref _app)?.Services.EdgeCounters();

    private NodeWork Work()
    {
        var counts = new Dictionary<string, long>();
        if (Counters() is { } tally)
        {
            (counts["hits"], counts["fills"], counts["passes"], counts["collapsed"]) = (tally.Hits, tally.Fills, tally.Passes, tally.Collapsed);
            (counts["stale"], counts["failures"], counts["entries"], counts["bytes"]) = (tally.Stale, tally.UpstreamFailures, tally.Entries, tally.Bytes);
            (counts["possiblyOld"], counts["settled"], counts["waiting"]) = (tally.PossiblyOld, tally.Settled, tally.Waiting);
        }

        return new NodeWork { Place = _place, Counts = counts, Zones = ZonesOf(Volatile.Read(ref _app)?.Services.ZoneCounters() ?? []), FirstFresh = _fresh.Marks };
    }

    private static Dictionary<string, IReadOnlyDictionary<string, long>> ZonesOf(IReadOnlyList<ZoneCounters> zones) => zones
        .OrderByDescending(z => z.Hits + z.Fills + z.Passes).ThenBy(z => z.Zone, StringComparer.Ordinal).Take(NodeWork.MaxZones)
        .ToDictionary(z => z.Zone, IReadOnlyDictionary<string, long> (z) => new Dictionary<string, long>
        {
            ["hits"] = z.Hits,
            ["fills"] = z.Fills,
            ["passes"] = z.Passes,
            ["collapsed"] = z.Collapsed,
            ["stale"] = z.Stale,
        });

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address)
    {
        foreach (var endPoint in address.EndPoints)
        {
            kestrel.ListenEdge(endPoint);
        }
    }

    private EdgeCacheOptions CacheOptions()
    {
        var options = new EdgeCacheOptions
        {
            NodeName = Name,
            MemoryBytes = _options.Memory.Bytes,
            RecordLookups = _options.Records,
            RoutesFile = _options.Routes,
            Renewed = _fresh.Note,
            UpstreamIsTier = _options.Tier is not null,
            DirectUpstream = _options is { Tier: not null, Upstream: { } application } ? new Uri(application) : null,
            Tokens = _context.Tokens,
            SessionCookie = _options.SessionCookie,
            ValidationRate = _options.ResyncRate,
            AccessLog = _options.AccessLog is { } log ? _context.LogFiles.Open(log.File).Add : null,
            AccessLogFormat = _options.AccessLog?.Format ?? default,
            ReadPrimary = new PrimaryRecords(_context.Store, _context.Time, _follower!.Follower).ReadAsync, // made before
            Invalidate = (zone, selectors, cancellation) => _invalidator.InvalidateAsync(zone, selectors, cancellation),
        };
#if DEBUG
        options.IgnoresLifetimes = SeededDefects.Asked().IgnoresLifetimes;
        options.IgnoresLevels = SeededDefects.Asked().IgnoresTokens;
#endif
        if (_options.Doh is not null)
        {
            options.OwnPaths.Add(DohEndpoint.Path);
        }

        foreach (var network in _options.PurgeFrom)
        {
            options.PurgeFrom.Add(IPNetwork.Parse(network));
        }

        foreach (var network in _options.TierFrom)
        {
            options.LowerTiers.Add(IPNetwork.Parse(network));
        }

        return options;
    }
}
