using EdgeCache.Zones.Following;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

/// <summary>How many nodes a limit for all of them is divided by.</summary>
public sealed class PeerCountTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryZoneStore _store;
    private readonly PeerCount _peers;

    public PeerCountTests()
    {
        _store = new MemoryZoneStore(_time, new Random(1));
        _peers = new FollowerParts(_store, new FollowerOptions(), _time, new Jitter(new Random(1)), new PollClock(_time), new FollowerCounters(), new StoreReach(NullLogger.Instance, "n"), NullLogger.Instance).Peers;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task AskAsync_WhileSomethingIsPossiblyOld_TheMostThatWasToldCounts()
    {
        Assert.Equal(1, _peers.Known);
        await ReportAsync(5);
        await _peers.AskAsync(isUnsettled: false, Cancel);
        Assert.Equal(5, _peers.Known);

        _time.Advance(TimeSpan.FromSeconds(20)); // As if the store had come back empty.
        await ReportAsync(2);
        await _peers.AskAsync(isUnsettled: true, Cancel);
        Assert.Equal(5, _peers.Known);
        await ReportAsync(7);
        await _peers.AskAsync(isUnsettled: true, Cancel);
        Assert.Equal(7, _peers.Known);

        _time.Advance(TimeSpan.FromSeconds(20));
        await _peers.AskAsync(isUnsettled: false, Cancel);
        Assert.Equal(1, _peers.Known);
    }

    private async Task ReportAsync(int nodes)
    {
        for (var i = 0; i < nodes; i++)
        {
            await _store.ReportAsync(new NodeReport { Node = $"n{i}", Role = "edge", Instance = "1", Positions = [], HorizonAgeMilliseconds = 0, ReportedAt = 0, LeaseMilliseconds = 2_000 }, Cancel);
        }
    }
}
