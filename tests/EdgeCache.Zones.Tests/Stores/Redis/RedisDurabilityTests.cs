using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using Microsoft.Extensions.Logging;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.Redis.RedisStores;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>What an acknowledgement means at each level, on real servers.</summary>
public sealed class RedisDurabilityTests
{
    private readonly Complaints _complaints = new();

    [Fact]
    public async Task Replicated_WithoutAReplica_IsAppliedNotDurableUntilThereIsOne()
    {
        using var primary = new RedisServer().Start();
        await using var store = await OpenAsync(primary, RedisDurability.Replicated);
        var first = await store.PutAsync(Write(Value(Www, "a"), id: "one"));
        Assert.Equal(CommitOutcome.AppliedNotDurable, first.Outcome);
        Assert.Equal("a", Text(await store.GetAsync(Www)));
        await EventuallyAsync(() => Task.FromResult(Complains("none is connected")));

        using var replica = new RedisServer("--replicaof", "127.0.0.1", $"{primary.Port}").Start();
        CommitResult? again = null;
        await EventuallyAsync(async () => (again = await store.PutAsync(Write(Value(Www, "a"), id: "one"))).Outcome == CommitOutcome.Committed);
        Assert.True(again!.WasRepeat);
        Assert.Equal(first.Position, again.Position);
        Assert.Equal("1", replica.Cli("HGET", $"ec:{{s{Shop.Shard:d3}}}:{Shop}:meta", "serial"));
    }

    [Fact]
    public async Task Replicated_ReplicaStands_TheWriterIsToldAndReadersAreNotHeldUp()
    {
        using var primary = new RedisServer().Start();
        using var replica = new RedisServer("--replicaof", "127.0.0.1", $"{primary.Port}").Start();
        await using var store = await OpenAsync(primary, RedisDurability.Replicated);
        await EventuallyAsync(async () => (await store.PutAsync(Write(Value(Www, "a")))).Outcome == CommitOutcome.Committed);
        replica.Signal("STOP");
        try
        {
            var commit = store.PutAsync(Write(Value(Www, "b", 2)));
            await EventuallyAsync(async () => Text(await store.GetAsync(Www)) == "b");
            Assert.False(commit.IsCompleted);
            Assert.Equal(CommitOutcome.AppliedNotDurable, (await commit).Outcome);
        }
        finally
        {
            replica.Signal("CONT");
        }

        await EventuallyAsync(async () => (await store.PutAsync(Write(Value(Www, "c", 3)))).Outcome == CommitOutcome.Committed);
    }

    [Fact]
    public async Task Fsync_EverySecondOnAServerWithoutWaitAof_SaysWhatIsMissingAndAcknowledgesNothing()
    {
        using var server = new RedisServer("--appendfsync", "everysec").Start();
        await using var store = await OpenAsync(server, RedisDurability.Fsync);
        var result = await store.PutAsync(Purge("a"));
        if (server.Cli("INFO", "server").Contains("redis_version:7.0", StringComparison.Ordinal))
        {
            await EventuallyAsync(() => Task.FromResult(Complains("appendfsync always")));
            Assert.Equal(CommitOutcome.AppliedNotDurable, result.Outcome);
        }
        else
        {
            await EventuallyAsync(async () => (await store.PutAsync(Purge("b"))).Outcome == CommitOutcome.Committed);
        }
    }

    [Fact]
    public async Task Fsync_EachWrite_IsAcknowledged()
    {
        using var server = new RedisServer().Start();
        await using var store = await OpenAsync(server, RedisDurability.Fsync);
        await EventuallyAsync(async () => (await store.PutAsync(Purge("a"))).Outcome == CommitOutcome.Committed);
        Assert.False(Complains("durability"));
    }

    [Fact]
    public async Task Start_ServerMayEvict_SaysSo()
    {
        using var server = new RedisServer("--maxmemory-policy", "allkeys-lru").Start();
        await using var store = await OpenAsync(server, RedisDurability.Memory);
        await EventuallyAsync(() => Task.FromResult(Complains("noeviction")));
    }

    private bool Complains(string of) => _complaints.Said(of);

    private async Task<RedisZoneStore> OpenAsync(RedisServer server, RedisDurability durability)
    {
        var options = new RedisStoreOptions
        {
            Connection = server.Address,
            Durability = durability,
            DurabilityTimeout = TimeSpan.FromSeconds(3),
            CommandTimeout = TimeSpan.FromSeconds(20),
        };
        var store = new RedisZoneStore(options, new Random(1), _complaints);
        await EventuallyAsync(async () => (await store.ReadDirectoryAsync(CancellationToken.None)).Zones.Count > 0);
        await store.PutZoneAsync(Zone(), Cancel);
        return store;
    }

    private sealed class Complaints : ILogger<RedisZoneStore>
    {
        private readonly List<string> _all = [];

        public bool Said(string part)
        {
            lock (_all)
            {
                return _all.Any(c => c.Contains(part, StringComparison.Ordinal));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_all)
            {
                _all.Add(formatter(state, exception));
            }
        }
    }
}
