using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.Redis.RedisStores;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Redis;

public sealed class RedisFaultTests : IDisposable
{
    private readonly RedisServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Command_NobodyListens_FailsAtOnceAndSaysWhere()
    {
        await using var store = new RedisZoneStore(new RedisStoreOptions { Connection = _server.Address }, new Random(1), NullLogger<RedisZoneStore>.Instance);
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.ReadDirectoryAsync(Cancel));
        Assert.Contains(_server.Address, fault.Message);
    }

    [Fact]
    public async Task Store_RedisComesLater_Connects()
    {
        await using var store = new RedisZoneStore(new RedisStoreOptions { Connection = _server.Address }, new Random(1), NullLogger<RedisZoneStore>.Instance);
        await Assert.ThrowsAsync<StoreException>(async () => await store.ReadDirectoryAsync(Cancel));
        _server.Start();
        await EventuallyAsync(async () => (await store.ReadDirectoryAsync(Cancel)).Zones.Count == 1);
    }

    /// <summary>All that was missed at once would take longer than a poll may last, each time again.</summary>
    [Fact]
    public async Task Read_LongEntries_ComeInPartsAndInOrder()
    {
        _server.Start();
        await using var store = new RedisZoneStore(new RedisStoreOptions { Connection = _server.Address }, new Random(1), NullLogger<RedisZoneStore>.Instance);
        await EventuallyAsync(async () => (await store.ReadDirectoryAsync(Cancel)).Zones.Count == 1);
        await store.PutZoneAsync(Zone(), Cancel);
        for (var i = 0; i < 25; i++)
        {
            await store.PutAsync(Write(Value(new RecordKey($"r{i}", RecordKey.Doc), new string('x', 1 << 20))));
        }

        var epoch = (await store.ReadAsync()).Epoch;
        var (serials, reads) = (new List<long>(), 0);
        for (; serials.Count < 25; reads++)
        {
            var read = await store.ReadAsync(epoch, serials.LastOrDefault());
            Assert.Equal(25, read.Head);
            Assert.InRange(read.Entries.Count, 1, 10);
            serials.AddRange(read.Entries.Select(e => e.Serial));
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(i => (long)i), serials);
        Assert.Equal(3, reads);
    }

    [Fact]
    public async Task Commit_RedisIsFull_SaysSoWithoutTheScript()
    {
        _server.Start();
        await using var store = await _server.OpenStoreAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        _server.Cli("CONFIG", "SET", "maxmemory", "1");
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.PutAsync(Purge("t1", "full")));
        Assert.Equal($"Redis at {_server.Address}: OOM command not allowed when used memory > 'maxmemory'", fault.Message);
    }

    [Fact]
    public async Task Read_RedisStandsStill_SaysThatItDidNotAnswer()
    {
        _server.Start();
        await using var store = await _server.OpenStoreAsync();
        _server.Signal("STOP");
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.ReadDirectoryAsync(Cancel));
        Assert.Equal($"Redis at {_server.Address} did not answer in time", fault.Message);
    }

    [Fact]
    public async Task Commit_EveryConnectionKilledMeanwhile_EachChangeIsMadeOnce()
    {
        _server.Start();
        await using var store = await _server.OpenStoreAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        using var stop = new CancellationTokenSource();
        var killing = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _server.Cli("CLIENT", "KILL", "TYPE", "normal");
                    _server.Cli("CLIENT", "KILL", "TYPE", "pubsub");
                    await Task.Delay(150);
                }
            },
            Cancel);
        var positions = new List<long>();
        for (var i = 0; i < 1_000; i++)
        {
            var id = $"kill-{i}";
            CommitResult? result = null;
            await EventuallyAsync(async () => (result = await store.PutAsync(Purge($"t{i}", id))).Outcome == CommitOutcome.Committed);
            positions.Add(result!.Position.Serial);
        }

        await stop.CancelAsync();
        await killing;
        Assert.Equal(Enumerable.Range(1, 1_000).Select(i => (long)i), positions);
        await EventuallyAsync(async () => (await store.ReadAsync()).Head == 1_000);
    }

    [Fact]
    public async Task Commit_RedisKilledAndRestarted_NothingAcknowledgedIsLost()
    {
        _server.Start();
        await using var store = await _server.OpenStoreAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        var run = (await store.ReadShardAsync(Shop.Shard, [], 0, Cancel)).RunId;
        for (var i = 1; i <= 50; i++)
        {
            await store.PutAsync(Write(Value(Www, $"v{i}", i)));
        }

        _server.Kill();
        _server.Start();
        await EventuallyAsync(async () => Text(await store.GetAsync(Www)) == "v50");
        var read = await store.ReadShardAsync(Shop.Shard, [new ZoneCursor(Shop, default, 0)], 0, Cancel);
        Assert.NotEqual(run, read.RunId);
        Assert.True(read.IsDurable);
        Assert.Equal(50, read.Zones[0].Head);
    }

    [Fact]
    public async Task Commit_RedisWithoutPersistenceComesBackWithAnOldFile_OpensANewEpochAndAWriterBringsTheTailBack()
    {
        using var server = new RedisServer("--appendonly", "no");
        server.Start();
        await using var store = await server.OpenStoreAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        var publisher = new ZonePublisher(store, TimeProvider.System, new Random(2), "o1");
        await publisher.PublishAsync(Shop, new RecordPublish { Key = Www, Value = "kept"u8.ToArray() }, default, Cancel);
        server.Cli("SAVE");
        var lost = await publisher.PublishAsync(Shop, new RecordPublish { Key = Www, Value = "lost"u8.ToArray() }, default, Cancel);
        server.Kill();
        server.Start();
        await EventuallyAsync(async () => Text(await store.GetAsync(Www)) == "kept");
        Assert.False((await store.ReadShardAsync(Shop.Shard, [], 0, Cancel)).IsDurable);

        Assert.Equal(1, await publisher.ReappendAsync(Shop, Cancel));
        Assert.Equal("lost", Text(await store.GetAsync(Www)));
        var read = await store.ReadAsync();
        Assert.NotEqual(lost.Position.Epoch, read.Epoch);
        Assert.Equal(lost.ChangeId, (await store.ReadAsync(read.Epoch)).Entries[^1].ChangeId);
        Assert.Equal(read.Epoch, (await store.PutAsync(Purge("next"))).Position.Epoch);
    }

    [Fact]
    public async Task Commit_StoreWasEmptied_IsStoreLostUntilANewEpochIsOpened()
    {
        _server.Start();
        await using var store = await _server.OpenStoreAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        var before = (await store.PutAsync(Purge("a"))).Position;
        _server.Cli("FLUSHALL");

        Assert.Equal(CommitOutcome.StoreLost, (await store.PutAsync(Purge("b"))).Outcome);
        Assert.False((await store.ReadAsync(before.Epoch, 1)).Exists);
        Assert.NotNull((await store.ReadDirectoryAsync(Cancel)).Find(Shop));

        var epoch = await store.OpenEpochAsync(Shop, 0, Cancel);
        Assert.NotEqual(before.Epoch, epoch);
        var after = await store.PutAsync(Purge("c"));
        Assert.Equal((CommitOutcome.Committed, epoch, 1L), (after.Outcome, after.Position.Epoch, after.Position.Serial));
    }

    [Fact]
    public async Task Read_LogWasTrimmedByHand_SaysWhereItBegins()
    {
        _server.Start();
        await using var store = await _server.OpenStoreAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        for (var i = 0; i < 10; i++)
        {
            await store.PutAsync(Purge($"t{i}"));
        }

        _server.Cli("XTRIM", $"ec:{{s{Shop.Shard:d3}}}:{Shop}:log", "MAXLEN", "3");
        var read = await store.ReadAsync();
        Assert.Equal((10, 8), (read.Head, read.First));
        Assert.Empty((await store.ReadAsync(read.Epoch, 2)).Entries);
        Assert.Equal([9L, 10L], (await store.ReadAsync(read.Epoch, 8)).Entries.Select(e => e.Serial));
    }

    [Fact]
    public async Task Commit_TwoProcessesOnOneZone_SerialsAreSharedWithoutLoss()
    {
        _server.Start();
        await using var one = await _server.OpenStoreAsync();
        await using var two = await _server.OpenStoreAsync();
        await one.PutZoneAsync(new ZoneDefinition(Shop, new ZonePolicy()), Cancel);
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).PutAsync(Purge($"t{i}")))));
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), results.Select(r => r.Position.Serial).Order());
    }
}
