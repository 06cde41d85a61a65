using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.Redis.RedisStores;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>A server that writes each change to disk and has no replica keeps everything; the one that takes its address over may be another that has not.</summary>
public sealed class RedisFailoverTests : IAsyncDisposable
{
    private readonly RedisServer _first = new();
    private readonly RedisServer _second = new();
    private readonly RedisGate _gate;

    public RedisFailoverTests()
    {
        _gate = new RedisGate(_first.Port);
        _first.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        _second.Dispose();
        _first.Dispose();
    }

    [Fact]
    public async Task Commit_BeforeAnybodyKnowsWhatTookOver_GoesIntoANewEpoch()
    {
        await using var store = await OpenAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "kept", 1)));
        await ReplicaHasAllAsync();
        var lost = await store.PutAsync(Write(Value(Www, "lost", 2)));
        FailOver();

        CommitResult? next = null;
        var committing = EventuallyAsync(async () => (next = await store.PutAsync(Purge("next"))).Outcome == CommitOutcome.Committed);
        await Task.WhenAny(committing, Task.Delay(TimeSpan.FromSeconds(1), Cancel));
        _gate.LetQuestions();
        await committing;
        Assert.NotEqual(lost.Position.Epoch, next!.Position.Epoch);
    }

    [Fact]
    public async Task Read_BeforeAnybodyKnowsWhatTookOver_IsNeverCalledDurable()
    {
        await using var store = await OpenAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        await ReplicaHasAllAsync();
        var run = (await store.ReadShardAsync(Shop.Shard, [], 0, Cancel)).RunId;
        FailOver();

        ShardRead? read = null;
        var reading = EventuallyAsync(async () => (read = await store.ReadShardAsync(Shop.Shard, [new ZoneCursor(Shop, default, 0)], 0, Cancel)).RunId != run);
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), Cancel));
        _gate.LetQuestions();
        await reading;
        Assert.False(read!.IsDurable);
    }

    /// <summary>A replica that was started again says nothing of having been one: only who committed knows better.</summary>
    [Fact]
    public async Task Commit_ServerThatKeepsEverythingLacksWhatWasCommitted_GoesIntoANewEpoch()
    {
        await using var store = await OpenAsync();
        var lost = await CommitWhatTheOtherLacksAsync(store);
        FailOver();
        _gate.LetQuestions();

        var next = await CommitNextAsync(store);
        Assert.True((await store.ReadShardAsync(Shop.Shard, [], 0, Cancel)).IsDurable);
        Assert.NotEqual(lost.Position.Epoch, next.Position.Epoch);
        Assert.True((await store.ReadAsync()).EpochAge < TimeSpan.FromMinutes(5));
    }

    /// <summary>Another writer had written on, beyond the serial that the first one's commit had: its entry is another now.</summary>
    [Fact]
    public async Task Commit_AnotherWroteOnWhereTheTailWasLost_GoesIntoANewEpoch()
    {
        await using var store = await OpenAsync();
        var lost = await CommitWhatTheOtherLacksAsync(store);
        await using (var other = await OpenAsync($"127.0.0.1:{_second.Port}"))
        {
            await other.PutAsync(Purge("one"));
            Assert.Equal(lost.Position.Serial + 1, (await other.PutAsync(Purge("two"))).Position.Serial);
        }

        FailOver();
        _gate.LetQuestions();
        var next = await CommitNextAsync(store);
        Assert.NotEqual(lost.Position.Epoch, next.Position.Epoch);

        // Once is enough: what it commits now is there.
        Assert.Equal(next.Position.Epoch, (await store.PutAsync(Purge("last"))).Position.Epoch);
    }

    /// <summary>The last commit is of this server alone; the other keeps everything and was started again.</summary>
    private async Task<CommitResult> CommitWhatTheOtherLacksAsync(RedisZoneStore store)
    {
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "kept", 1)));
        await ReplicaHasAllAsync();
        var lost = await store.PutAsync(Write(Value(Www, "lost", 2)));
        _second.Kill();
        _second.Start();
        return lost;
    }

    private static async Task<CommitResult> CommitNextAsync(RedisZoneStore store)
    {
        CommitResult? next = null;
        await EventuallyAsync(async () => (next = await store.PutAsync(Purge("next"))).Outcome == CommitOutcome.Committed);
        return next!; // The last one tried.
    }

    private async Task<RedisZoneStore> OpenAsync(string? address = null)
    {
        var store = new RedisZoneStore(new RedisStoreOptions { Connection = address ?? _gate.Address }, new Random(1), NullLogger<RedisZoneStore>.Instance);
        await EventuallyAsync(async () => (await store.ReadShardAsync(Shop.Shard, [], 0, Cancel)).IsDurable);
        return store;
    }

    /// <summary>The replica has all of it, and nothing from now on.</summary>
    private async Task ReplicaHasAllAsync()
    {
        _second.Start();
        _second.Cli("REPLICAOF", "127.0.0.1", $"{_first.Port}");
        await EventuallyAsync(() => Task.FromResult(_second.Cli("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal)
            && _second.Cli("INFO", "persistence") is var file
            && file.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal) && file.Contains("aof_rewrite_scheduled:0", StringComparison.Ordinal)));
        _second.Cli("REPLICAOF", "NO", "ONE");
    }

    private void FailOver()
    {
        _gate.HoldQuestions();
        _gate.LeadTo(_second.Port);
        _first.Kill();
    }
}
