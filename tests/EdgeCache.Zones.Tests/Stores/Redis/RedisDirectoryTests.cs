using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.Redis.RedisStores;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>A Redis that was emptied while some process remembers what was in it. Each store stands for a process.</summary>
public sealed class RedisDirectoryTests : IAsyncLifetime
{
    private static readonly ZonePolicy _policy = new() { Authority = RouteAuthority.Log, MaxLag = TimeSpan.FromSeconds(7) };
    private readonly RedisServer _server = new();
    private readonly List<RedisZoneStore> _stores = [];
    private int _seed;
    private RedisZoneStore _one = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        _server.Start();
        _one = await StartAsync();
        await _one.PutZoneAsync(Zone(_policy), Cancel);
        await _one.PutAsync(Purge("a"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        _server.Dispose();
    }

    [Fact]
    public async Task Emptied_AndANodeStartsThatNeverSawIt_TheZonesAreLostThereAsWellAndNothingIsMade()
    {
        _server.Cli("FLUSHALL");
        Assert.NotNull((await _one.ReadDirectoryAsync(Cancel)).Find(Shop));
        var late = await StartAsync();

        var known = (await late.ReadDirectoryAsync(Cancel)).Find(Shop);
        Assert.Equal((_policy.Authority, _policy.MaxLag), (known?.Policy.Authority, known?.Policy.MaxLag));
        Assert.False(await HasLogAsync(late, Shop));
        Assert.False(await HasLogAsync(late, ZoneName.Default));
        Assert.Equal(CommitOutcome.StoreLost, (await late.PutAsync(Purge("b"))).Outcome);
        Assert.Equal(CommitOutcome.StoreLost, (await late.PutAsync(Purge("b") with { Zone = ZoneName.Default })).Outcome);
    }

    [Fact]
    public async Task Emptied_OnlyAnotherNodeRemembersTheZone_ItIsRestoredWithItsPolicyByOneThatNeverSawIt()
    {
        _server.Cli("FLUSHALL");
        await _one.ReadDirectoryAsync(Cancel);
        var late = await StartAsync();
        var epoch = await late.OpenEpochAsync(Shop, 0, Cancel);

        Assert.Equal((epoch, 1L), Place(await _one.PutAsync(Purge("c"))));
        Assert.Equal((epoch, 2L), Place(await late.PutAsync(Purge("d"))));
        Assert.Equal(_policy.MaxLag, (await _one.ReadDirectoryAsync(Cancel)).Find(Shop)?.Policy.MaxLag);
        Assert.False(await HasLogAsync(_one, ZoneName.Default));
    }

    [Fact]
    public async Task Emptied_ANodeStartsBeforeAnyOtherLooked_WhatItMadeIsLostToo()
    {
        await _one.PutZoneAsync(new ZoneDefinition(ZoneName.Default, _policy), Cancel);
        _server.Cli("FLUSHALL");
        var late = await StartAsync();
        Assert.True(await HasLogAsync(late, ZoneName.Default));

        // The log is read before the directory, as it may be in a follower.
        Assert.False(await HasLogAsync(_one, ZoneName.Default));
        Assert.False(await HasLogAsync(late, ZoneName.Default));
        Assert.Equal(CommitOutcome.StoreLost, (await late.PutAsync(Purge("b") with { Zone = ZoneName.Default })).Outcome);
        Assert.Equal(CommitOutcome.StoreLost, (await late.PutAsync(Purge("b"))).Outcome);
        var directory = await late.ReadDirectoryAsync(Cancel);
        Assert.All([Shop, ZoneName.Default], zone => Assert.Equal(_policy.MaxLag, directory.Find(zone)?.Policy.MaxLag));
    }

    [Fact]
    public async Task Emptied_AWriterComesBeforeAnyOtherLooked_ItIsToldThatTheZoneIsLost()
    {
        _server.Cli("FLUSHALL");
        await StartAsync();
        Assert.Equal(CommitOutcome.StoreLost, (await _one.PutAsync(Purge("b") with { Zone = ZoneName.Default })).Outcome);
        Assert.Equal(CommitOutcome.StoreLost, (await _one.PutAsync(Purge("b"))).Outcome);
    }

    [Fact]
    public async Task Emptied_ANodeThatStartedHasWritten_WhatItAcknowledgedStays()
    {
        _server.Cli("FLUSHALL");
        var late = await StartAsync();
        var written = Place(await late.PutAsync(Purge("b") with { Zone = ZoneName.Default }));
        await _one.ReadDirectoryAsync(Cancel);

        Assert.Equal((written.Epoch, 2L), Place(await _one.PutAsync(Purge("c") with { Zone = ZoneName.Default })));
        Assert.Equal(CommitOutcome.StoreLost, (await late.PutAsync(Purge("c"))).Outcome);
    }

    [Fact]
    public async Task Emptied_AgainAfterARestore_EverythingIsLostAgain()
    {
        _server.Cli("FLUSHALL");
        await _one.ReadDirectoryAsync(Cancel);
        var first = await _one.OpenEpochAsync(Shop, 0, Cancel);
        _server.Cli("FLUSHALL");
        Assert.Equal(CommitOutcome.StoreLost, (await _one.PutAsync(Purge("b"))).Outcome);
        var late = await StartAsync();
        Assert.Equal(CommitOutcome.StoreLost, (await late.PutAsync(Purge("b"))).Outcome);
        Assert.NotEqual(first, await late.OpenEpochAsync(Shop, 0, Cancel));
        Assert.Equal(CommitOutcome.Committed, (await _one.PutAsync(Purge("c"))).Outcome);
    }

    /// <summary>Nobody who runs has seen the emptied store: two that saw it at different times meet in the new one.</summary>
    [Fact]
    public async Task Emptied_TwoRememberDifferently_BothSetsOfZonesAreLostAndNoneIsUnknown()
    {
        var two = await StartAsync();
        var later = ZoneName.Parse("later.test");
        await _one.PutZoneAsync(new ZoneDefinition(later, _policy), Cancel);
        _server.Cli("FLUSHALL");
        await two.ReadDirectoryAsync(Cancel);
        await _one.ReadDirectoryAsync(Cancel);
        var directory = await two.ReadDirectoryAsync(Cancel);
        Assert.Equal([ZoneName.Default, later, Shop], directory.Zones.Select(z => z.Zone));
        Assert.Equal(directory.Version, (await _one.ReadDirectoryAsync(Cancel)).Version);
        Assert.Equal(CommitOutcome.StoreLost, (await two.PutAsync(Purge("b") with { Zone = later })).Outcome);
    }

    /// <summary>A failover that lost the tail of the directory: its number may be used again for another zone.</summary>
    [Fact]
    public async Task Zone_IsMissingAndNotSaidToBeRemoved_IsLostThoughTheVersionGoesOn()
    {
        var two = await StartAsync();
        _server.Cli("HDEL", "ec:zones", $"z:{Shop}");
        _server.Cli("DEL", $"ec:{{s{Shop.Shard:d3}}}:{Shop}:meta");
        await (await StartAsync()).PutZoneAsync(new ZoneDefinition(ZoneName.Parse("other.test"), _policy), Cancel);
        Assert.Equal(CommitOutcome.StoreLost, (await two.PutAsync(Purge("b"))).Outcome);
        Assert.NotNull((await _one.ReadDirectoryAsync(Cancel)).Find(Shop));
    }

    [Fact]
    public async Task Zone_RemovedByAnother_IsRemovedAndNotLost()
    {
        var two = await StartAsync();
        Assert.True(await _one.DeleteZoneAsync(Shop, Cancel));
        Assert.Equal(CommitOutcome.UnknownZone, (await two.PutAsync(Purge("b"))).Outcome);
        Assert.Null((await two.ReadDirectoryAsync(Cancel)).Find(Shop));
        await two.PutZoneAsync(Zone(), Cancel);
        Assert.Equal(CommitOutcome.Committed, (await _one.PutAsync(Purge("c"))).Outcome);
    }

    [Fact]
    public async Task Zone_LostAndNotWantedBack_CanBeRemoved()
    {
        var two = await StartAsync();
        _server.Cli("FLUSHALL");
        await _one.ReadDirectoryAsync(Cancel);
        Assert.True(await _one.DeleteZoneAsync(Shop, Cancel));
        Assert.Null((await two.ReadDirectoryAsync(Cancel)).Find(Shop));
        Assert.Null((await _one.ReadDirectoryAsync(Cancel)).Find(Shop));
    }

    [Fact]
    public async Task Removed_MoreThanAreTold_TheOldestAreForgotten()
    {
        for (var i = 1; i <= DirectoryScripts.MaxRemoved; i++)
        {
            _server.Cli("HSET", "ec:zones", $"r:z{i}.test", $"-{i}");
        }

        await _one.DeleteZoneAsync(Shop, Cancel);
        Assert.Equal("0", _server.Cli("HEXISTS", "ec:zones", $"r:z{DirectoryScripts.MaxRemoved}.test"));
        Assert.Equal("1", _server.Cli("HEXISTS", "ec:zones", "r:z1.test"));
        Assert.Equal("1", _server.Cli("HEXISTS", "ec:zones", $"r:{Shop}"));
    }

    [Fact]
    public async Task DirectoryAlone_IsLost_ZonesComeBackInTheEpochOfTheirLogs()
    {
        var before = await _one.ReadAsync();
        _server.Cli("DEL", "ec:zones");
        Assert.Equal((before.Epoch, 2L), Place(await _one.PutAsync(Purge("b"))));
        Assert.Equal((before.Epoch, 3L), Place(await (await StartAsync()).PutAsync(Purge("c"))));
    }

    [Fact]
    public async Task NewRedis_ManyNodesStartAtOnce_OneDirectoryAndOneLog()
    {
        _server.Cli("FLUSHALL");
        var nodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync()));
        var results = await Task.WhenAll(nodes.Select(n => n.PutAsync(Purge("b") with { Zone = ZoneName.Default })));
        Assert.Single(results.Select(r => r.Position.Epoch).Distinct());
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (long)i), results.Select(r => r.Position.Serial).Order());
        Assert.Single((await Task.WhenAll(nodes.Select(n => n.ReadDirectoryAsync(Cancel).AsTask()))).Select(d => d.Id).Distinct());
    }

    [Fact]
    public async Task OlderProgram_LeftADirectoryWithoutAnId_ItGetsOneAndItsLogsGoOn()
    {
        var before = await _one.ReadAsync();
        _server.Cli("HDEL", "ec:zones", "id");
        _server.Cli("HDEL", $"ec:{{s{Shop.Shard:d3}}}:{Shop}:meta", "store");
        var nodes = await Task.WhenAll(StartAsync(), StartAsync());
        Assert.Equal((before.Epoch, 2L), Place(await nodes[0].PutAsync(Purge("b"))));
        Assert.Equal((before.Epoch, 3L), Place(await nodes[1].PutAsync(Purge("c"))));
        var ids = await Task.WhenAll(nodes.Select(n => n.ReadDirectoryAsync(Cancel).AsTask()));
        Assert.Equal(ids[0].Id, ids[1].Id);
        Assert.NotEqual("", ids[0].Id);
    }

    private static (Zones.Log.Epoch Epoch, long Serial) Place(CommitResult result)
    {
        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        return (result.Position.Epoch, result.Position.Serial);
    }

    private static async Task<bool> HasLogAsync(RedisZoneStore store, ZoneName zone) =>
        (await store.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 10, Cancel)).Zones[0].Exists;

    private async Task<RedisZoneStore> StartAsync()
    {
        var store = await _server.OpenStoreAsync(seed: Interlocked.Increment(ref _seed));
        lock (_stores)
        {
            _stores.Add(store);
        }

        return store;
    }
}
