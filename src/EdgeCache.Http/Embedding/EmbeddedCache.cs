using System.Security.Cryptography;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using EdgeCache.Zones.Stores.Sqlite;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Embedding;

/// <summary>
/// One node of the plane inside somebody's application: store, follower, writer and cache, from the application's start to its stop. Before it has started, and should the log not be
/// read yet, requests pass. Thread-safe after <see cref="StartAsync"/>.
/// </summary>
internal sealed class EmbeddedCache(EmbeddedCacheOptions options, TimeProvider time, ILoggerFactory logs) : IHostedService, IDisposable
{
    /// <summary>How long a start waits for the log; a node whose store is down starts all the same.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private Parts? _parts;

    /// <summary>The cache; null before the start.</summary>
    public CacheFlow? Flow => Volatile.Read(ref _parts)?.Flow;

    /// <summary>What a running one consists of.</summary>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public Parts Running => Volatile.Read(ref _parts) ?? throw new InvalidOperationException("the cache starts with the application: call this after the host has started");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IZoneStore store = options.Redis is { } redis
            ? new RedisZoneStore(new RedisStoreOptions { Connection = redis }, NewRandom(), logs.CreateLogger<RedisZoneStore>())
            : await SqliteZoneStore.OpenAsync(options.Data, time, NewRandom(), "", cancellationToken).ConfigureAwait(false);
        var follower = new Follower(
            store, new FollowerOptions { Node = options.NodeName, Role = "edge" }, [], time, NewRandom(), logs.CreateLogger<Follower>());
        var following = follower.RunAsync(_stop.Token);
        var publisher = new ZonePublisher(store, time, NewRandom(), options.NodeName);
        var invalidator = new Invalidator(publisher, time);
        var node = new EdgeNode(
            new EdgeCacheOptions { NodeName = options.NodeName, MemoryBytes = options.MemoryBytes, RecordLookups = false, Invalidate = invalidator.InvalidateAsync, FirstPermit = NewRandom().NextDouble() },
            follower,
            time,
            Routes(),
            new ResponseStore(new StoreOptions { BudgetBytes = options.MemoryBytes }, time, NewRandom().NextInt64()));
        var runner = new FillRunner(node, logs.CreateLogger<FillRunner>());
        var unsafeMethods = new UnsafeMethods(node, logs.CreateLogger<UnsafeMethods>());
        var flow = new CacheFlow(node, new Lookup(node, NewRandom().NextInt64()), runner, new PassThrough(node, unsafeMethods));
        var keeper = new StoreKeeper(node.Store, follower, time);
        await keeper.StartAsync(cancellationToken).ConfigureAwait(false);
        var revalidator = new Revalidator(node, behind: null, logs.CreateLogger<Revalidator>());
        await revalidator.StartAsync(cancellationToken).ConfigureAwait(false);
        var began = time.GetTimestamp();
        while (!follower.IsReady && time.GetElapsedTime(began) < CatchUp)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken).ConfigureAwait(false);
        }

        Volatile.Write(ref _parts, new Parts(store, follower, following, publisher, invalidator, node, flow, keeper, revalidator));
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_parts is { } parts)
        {
            await parts.Keeper.StopAsync(cancellationToken).ConfigureAwait(false);
            await parts.Revalidator.StopAsync(cancellationToken).ConfigureAwait(false);
            parts.Revalidator.Dispose();
            await parts.Invalidator.DisposeAsync().ConfigureAwait(false);
            await _stop.CancelAsync().ConfigureAwait(false);
            await parts.Following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await parts.Store.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private RouteRules Routes()
    {
        var routes = new RouteRules();
        if (options.RoutesFile is { } file && routes.Replace(file, File.ReadAllBytes(file)) is { Count: > 0 } errors)
        {
            throw new InvalidOperationException(string.Join('\n', errors));
        }

        return routes;
    }

    private static Random NewRandom() => new(RandomNumberGenerator.GetInt32(int.MaxValue));

    /// <summary>A started node.</summary>
    internal sealed record Parts(
        IZoneStore Store, Follower Follower, Task Following, ZonePublisher Publisher, Invalidator Invalidator, EdgeNode Node, CacheFlow Flow, StoreKeeper Keeper, Revalidator Revalidator);
}
