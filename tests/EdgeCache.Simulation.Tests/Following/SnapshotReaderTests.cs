using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Simulation.Tests.Following;

public sealed class SnapshotReaderTests : IAsyncDisposable
{
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");
    private readonly World _world = new(5);
    private readonly MemoryZoneStore _store;
    private int _changes;

    public SnapshotReaderTests()
    {
        _store = new MemoryZoneStore(_world.AddNode("store").Time, new Random(1));
        _store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    /// <summary>
    /// A purge comes and is lost again between the head that a reading begins with and the log that it ends with, and the next entry goes on where the first reading stood: only the
    /// other process says that something was lost.
    /// </summary>
    [Fact]
    public void Read_StoreFailsOverMeanwhileAndLacksAPurge_NothingFilledBeforeIsFresh()
    {
        var node = _world.AddNode("edge");
        var network = new NetworkConditions { MinDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(20) };
        var follower = new Follower(new StoreLink(node, _store, network), new FollowerOptions { Node = "edge", TickOnTimer = true }, [], node.Time, new Random(2), NullLogger<Follower>.Instance);
        node.Enter(() => _ = follower.RunAsync(CancellationToken.None));
        _world.RunFor(TimeSpan.FromSeconds(2));
        var state = follower.Zones.ForHost(Zone.Value);

        // What it missed was trimmed, so the zone is read anew: floors rise when that begins, and when the head has been read.
        network.IsRefused = true;
        Purge("missed");
        _store.Trim(Zone, long.MaxValue);
        network.IsRefused = false;
        var before = state.Floors.Generation;
        Assert.True(_world.RunUntil(() => state.Floors.Generation == before + 2, TimeSpan.FromSeconds(5)));
        var fill = state.Floors.Generation;

        Purge("lost");
        _store.LoseTail(Zone, 1);
        _store.Restart();
        Purge("other");
        Assert.True(_world.RunUntil(() => state.View.Serial == 2, TimeSpan.FromSeconds(5)));
        Assert.NotEqual(FloorVerdict.None, state.Floors.Check(new FloorSubject([state.Floors.Hash.Of(SelectorKind.Tag, "lost")]), fill));
        Assert.Equal(PlaneHealth.Healthy, follower.HealthOf(state, node.Time.GetTimestamp()));
    }

    [Fact]
    public void Read_MoreRecordsThanAPageHolds_BringsAll()
    {
        for (var i = 0; i < 200; i++)
        {
            Commit(new RecordWrite(new Record { Key = new RecordKey($"r{i}", RecordKey.Doc), Value = new byte[i * 1_000], ContentType = "text/plain", Ttl = 60, Version = default, CommittedAt = 0 }, default));
        }

        var node = _world.AddNode("edge");
        var follower = new Follower(
            new StoreLink(node, _store, new NetworkConditions()), new FollowerOptions { Node = "edge", TickOnTimer = true }, [], node.Time, new Random(2), NullLogger<Follower>.Instance);
        node.Enter(() => _ = follower.RunAsync(CancellationToken.None));
        _world.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(200, follower.Zones.ForHost(Zone.Value).View.Records.Count);
    }

    [Theory]
    [InlineData(64, 64 * 100, 1_000)]
    [InlineData(64, 64 * 100_000, 41)]
    [InlineData(64, 64L << 20, 4)]
    [InlineData(1, 5 << 20, 1)]
    [InlineData(10, 0, 1_000)]
    public void NextLength_IsAsManyAsAPageHasRoomFor(int records, long bytes, int expected) => Assert.Equal(expected, SnapshotReader.NextLength(records, bytes));

    private void Commit(RecordWrite write) => _store.CommitAsync(
        new CommitRequest { Zone = Zone, ChangeId = $"c{++_changes}", Clock = HybridTimestamp.From(_changes, 0), Nonce = (ulong)_changes + 1_000, Writes = [write] }, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private void Purge(string tag) => _store.CommitAsync(
        new CommitRequest
        {
            Zone = Zone,
            ChangeId = $"c{++_changes}",
            Clock = default,
            Nonce = (ulong)_changes + 1_000,
            Purges = [new PurgeChange([new Selector(SelectorKind.Tag, tag)], PurgeMode.Soft)],
        },
        CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
