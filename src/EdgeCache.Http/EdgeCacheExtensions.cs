using EdgeCache.Http.AccessLog;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Levels;
using EdgeCache.Http.MissPath;
using EdgeCache.Http.Proxy;
using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Following;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http;

/// <summary>Puts the cache into a Kestrel application: services, then <see cref="UseEdgeCache"/> as its last middleware, and <see cref="PrefaceListener.ListenEdge"/> for its ports.</summary>
public static class EdgeCacheExtensions
{
    /// <summary>
    /// Adds the cache before <paramref name="upstream"/>. Call it after the server's own services are added. <paramref name="random"/> seeds the keys of the store, so that nobody
    /// can choose colliding ones.
    /// </summary>
    public static IServiceCollection AddEdgeCache(this IServiceCollection services, EdgeCacheOptions options, IFollower follower, Uri upstream, Random random)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpForwarder();
        services.AddSingleton<IConnectionListenerFactory, LentTransport>();
        services.Configure<SocketTransportOptions>(Inline);
        services.Configure<KestrelServerOptions>(Limit);
        services.AddSingleton(follower);
        services.AddSingleton(options);
        options.FirstPermit = random.NextDouble();
        var (storeSeed, runSeed) = (random.NextInt64(), random.NextInt64());
        services.AddSingleton(provider => new ResponseStore(
            new StoreOptions { BudgetBytes = options.MemoryBytes, MaxObjectBytes = options.MaxObjectBytes }, provider.GetRequiredService<TimeProvider>(), storeSeed));
        services.AddSingleton<RouteRules>(_ => new RouteRules());
        AddRoutesFile(services, options.RoutesFile);
#if DEBUG
        if (options.IgnoresLifetimes)
        {
            var forever = CacheRule.Standard with { Freshness = new FreshnessPolicy { ForcedTtl = 24 * 3600 } };
            services.AddSingleton(_ => new RouteRules(new RouteTable([new CacheRoute(new RouteMatch(), forever)])));
        }
#endif
        services.AddSingleton<EdgeNode>();
        services.AddSingleton(provider => new Lookup(provider.GetRequiredService<EdgeNode>(), runSeed));
        services.AddSingleton<FillRunner>();
        services.AddSingleton<UnsafeMethods>();
        services.AddSingleton<PassThrough>();
        services.AddSingleton<CacheFlow>();
        services.AddSingleton(provider => new EdgeUpstream(upstream, provider.GetRequiredService<EdgeNode>(), provider.GetRequiredService<CacheFlow>()));
        services.AddSingleton<EdgeTransformer>();
        services.AddSingleton<LevelGate>();
        services.AddSingleton(provider => new UpperRecords(provider.GetRequiredService<EdgeNode>(), upstream));
        services.AddSingleton<RecordLookups>();
        services.AddSingleton<PurgeMethod>();
        services.AddSingleton<EdgePipeline>();
        services.AddSingleton<HitLookup>();
        services.AddSingleton<HitResponder>();
        services.AddSingleton<HitWriter>();
        services.AddSingleton<Misses>();
        services.AddSingleton<HitConnections>();
        services.AddHostedService<StoreKeeper>();
        services.AddSingleton<BehindReaders>();
        services.AddHostedService(provider => new Revalidator(provider.GetRequiredService<EdgeNode>(), provider.GetRequiredService<BehindReaders>(), provider.GetRequiredService<ILogger<Revalidator>>()));
        return services.AddHitPath();
    }

    /// <summary>Ends the pipeline at the cache. Plain GETs over HTTP/1.1 do not come this way: middleware before it answers what <see cref="EdgeCacheOptions.OwnPaths"/> names.</summary>
    public static void UseEdgeCache(this IApplicationBuilder app)
    {
        var pipeline = app.ApplicationServices.GetRequiredService<EdgePipeline>();
        app.Run(pipeline.InvokeAsync);
    }

    /// <summary>What the edge has counted since its start.</summary>
    public static EdgeCounters EdgeCounters(this IServiceProvider services)
    {
        var node = services.GetRequiredService<EdgeNode>();
        var (tally, store) = (node.Tally, node.Store.Counters);
        return new EdgeCounters
        {
            Hits = tally.Hits,
            Fills = tally.Fills,
            Collapsed = tally.Collapsed,
            Passes = tally.Passes,
            Stale = tally.Stale,
            UpstreamFailures = tally.UpstreamFailures,
            Refused = tally.Refused,
            TierFallbacks = tally.TierFallbacks,
            UnstatedTier = tally.UnstatedTier,
            Timeouts = tally.Timeouts,
            Entries = store.Entries,
            Bytes = store.UsedBytes,
            ReservedBytes = store.Bytes,
            PurgedEntries = store.PurgedEntries,
            PurgedBytes = store.PurgedBytes,
            VariantsDropped = store.VariantsDropped,
            HeldBytes = node.Held.Bytes,
            HeldEnded = node.Held.Ended,
            PossiblyOld = node.Doubts.Served,
            Settled = node.Doubts.Fetched,
            SettlingFailed = node.Doubts.Failed,
            Waiting = node.Doubts.Heat.Count,
        };
    }

    /// <summary>What the edge has counted for each zone that pages were asked of.</summary>
    public static IReadOnlyList<ZoneCounters> ZoneCounters(this IServiceProvider services) =>
        [.. services.GetRequiredService<EdgeNode>().Tally.Zones.Select(z => new ZoneCounters(z.Key.Value, z.Value.Hits, z.Value.Fills, z.Value.Collapsed, z.Value.Passes, z.Value.Stale))];

    /// <summary>The rules are in force before the first request.</summary>
    private static void AddRoutesFile(IServiceCollection services, string? path)
    {
        if (path is null)
        {
            return;
        }

        services.AddHostedService(provider =>
        {
            var file = new RouteFile(
                path, provider.GetRequiredService<RouteRules>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RouteFile>>());
            file.Refresh();
            return file;
        });
    }

    /// <summary>Hits are answered on the thread that read them; Kestrel's own hop would cost a third more (TARGETS).</summary>
    private static void Inline(SocketTransportOptions sockets)
    {
        sockets.UnsafePreferInlineScheduling = true;
        sockets.WaitForDataBeforeAllocatingBuffer = false;
        sockets.IOQueueCount = Environment.ProcessorCount;
        sockets.Backlog = 4096;
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.AllowHostHeaderOverride = true; // RFC 9112 §3.2.2: the authority of an absolute target counts, and Host is ignored.
        kestrel.Limits.MaxRequestBodySize = null; // Uploads stream through.
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 128;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
    }

    private static IServiceCollection AddHitPath(this IServiceCollection services)
    {
        var server = services.LastOrDefault(s => s.ServiceType == typeof(IServer))
            ?? throw new InvalidOperationException("add the server first: AddEdgeCache stands before it");
        services.Remove(server);
        services.AddSingleton<IServer>(provider => new HitServer(Make(provider, server), provider.GetRequiredService<HitResponder>(), ServerAccess.For(provider)));
        return services;
    }

    private static IServer Make(IServiceProvider provider, ServiceDescriptor server) =>
        (IServer)(server.ImplementationInstance
            ?? server.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, server.ImplementationType!)); // A descriptor has one of the three.
}
