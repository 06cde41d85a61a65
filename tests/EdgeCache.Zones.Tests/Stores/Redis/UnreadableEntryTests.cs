using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.Redis.RedisStores;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>PLANE.md 6: zones share polls; one that this program cannot read on must not keep the others from what the same poll brings.</summary>
public sealed class UnreadableEntryTests : IAsyncLifetime
{
    private static readonly ZoneName[] Others = [SameShard("a"), SameShard("z")];
    private readonly RedisServer _server = new();
    private readonly CancellationTokenSource _stop = new();
    private RedisZoneStore _store = null!; // Set by InitializeAsync, as is the follower.
    private Follower _follower = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _server.Start();
        _store = await _server.OpenStoreAsync();
        await _store.PutZoneAsync(Zone(), Cancel);
        foreach (var other in Others)
        {
            await _store.PutZoneAsync(new ZoneDefinition(other, ZonePolicy.Standard), Cancel);
        }

        _follower = new Follower(_store, new FollowerOptions { Node = "edge" }, [], TimeProvider.System, new Random(1), NullLogger<Follower>.Instance);
    }

    [Fact]
    public async Task Read_AnEntryThatCannotBeRead_SaysSoAfterThoseBefore()
    {
        var first = await _store.PutAsync(Purge("good"));
        AppendUnreadable(2);
        Run();
        await EventuallyAsync(() => Task.FromResult(Others.All(o => _follower.Zones.Find(o) is { View.Epoch.Value: not 0 })));

        var read = await _store.ReadAsync(first.Position.Epoch);

        Assert.Equal([1L], read.Entries.Select(e => e.Serial));
        Assert.Contains("upgrade it", read.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_BringsAnEntryThatCannotBeRead_TheOthersOfTheShardAreAsFreshAsThePoll()
    {
        Run();
        await EventuallyAsync(() => Task.FromResult(_follower.Zones.Find(Shop) is { View.Epoch.Value: not 0 }));
        AppendUnreadable(1);
        await EventuallyAsync(() => Task.FromResult(_follower.Describe().Single(s => s.Position.Zone == Shop).Phase == FollowPhase.Faulted));

        // No hint tells of anything now: only polls move a horizon. The zones stand before and after the one that stopped.
        var at = TimeProvider.System.GetTimestamp();
        foreach (var other in Others)
        {
            await EventuallyAsync(() => Task.FromResult(_follower.Zones.Find(other)!.Horizon > at));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        await _store.DisposeAsync();
        _stop.Dispose();
        _server.Dispose();
    }

    private static ZoneName SameShard(string first) => Enumerable.Range(0, 10_000).Select(i => ZoneName.Parse($"{first}{i}.test")).First(z => z.Shard == Shop.Shard);

    private void Run() => _running = _follower.RunAsync(_stop.Token);

    private void AppendUnreadable(int serial)
    {
        var key = $"ec:{{s{Shop.Shard:d3}}}:{Shop}";
        _server.Cli("XADD", $"{key}:log", $"{serial}-0", "e", "\x63\x00", "t", "1");
        _server.Cli("HSET", $"{key}:meta", "serial", $"{serial}");
    }
}
