using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

/// <summary>The follower on real threads and a real clock; everything else about it is tested in virtual time.</summary>
public sealed class FollowerThreadsTests
{
    [Fact]
    public async Task RunAsync_RealThreads_FollowsAndEndsWhenCancelled()
    {
        await using var store = new MemoryZoneStore(TimeProvider.System, new Random(1));
        var follower = new Follower(store, new FollowerOptions { Node = "edge" }, [], TimeProvider.System, new Random(2), NullLogger<Follower>.Instance);
        using var stop = new CancellationTokenSource();
        var running = follower.RunAsync(stop.Token);
        var zone = follower.Zones.Fallback;
        Assert.Equal(PlaneHealth.Healthy, await follower.AwaitFreshAsync(zone, TimeSpan.FromSeconds(5), CancellationToken.None));

        // Many writers: hints come from several threads at once and out of order, and nothing is skipped.
        await Parallel.ForEachAsync(Enumerable.Range(1, 500), CancellationToken.None, async (i, cancellation) =>
        {
            var result = await store.CommitAsync(NewPurge(i), cancellation);
            Assert.Equal(CommitOutcome.Committed, result.Outcome);
        });
        Assert.True(await follower.AwaitPositionAsync(zone.View.Position with { Serial = 500 }, TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Equal(500, zone.Floors.Count);
        Assert.Equal(0, follower.Counters.Resyncs);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    private static CommitRequest NewPurge(int number) => new()
    {
        Zone = ZoneName.Default,
        ChangeId = $"c{number}",
        Clock = HybridTimestamp.From(number, 0),
        Nonce = (ulong)number * 7_919,
        Purges = [new PurgeChange([new Selector(SelectorKind.Tag, $"t{number}")], PurgeMode.Hard)],
    };
}
