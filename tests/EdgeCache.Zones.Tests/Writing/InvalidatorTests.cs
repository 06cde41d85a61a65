using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Tests.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Writing;

public sealed class InvalidatorTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryZoneStore _store;
    private readonly Invalidator _invalidator;
    private readonly ZoneState _zone;

    public InvalidatorTests()
    {
        _store = new MemoryZoneStore(_time, new Random(1));
        _zone = new ZoneState(Shop, 1, 5, ZonePolicy.Standard, _time.TimestampFrequency);
        _invalidator = new Invalidator(new ZonePublisher(_store, _time, new Random(2), "edge-a"), _time);
    }

    public async ValueTask InitializeAsync() => await _store.PutZoneAsync(Zone(), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _invalidator.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Invalidate_RaisesTheLocalFloorAndAppends()
    {
        var before = _zone.Floors.Generation;
        var task = _invalidator.InvalidateAsync(_zone, [Url("shop.test/cart")], Cancel);
        Assert.Equal(FloorVerdict.Hard, _zone.Floors.Check(new FloorSubject([_zone.Floors.Hash.Of(SelectorKind.Url, "shop.test/cart")]), before));

        var position = await task;
        Assert.NotNull(position);
        var entry = (await _store.ReadAsync(position.Value.Epoch)).Entries.Single(e => e.Serial == position.Value.Serial);
        Assert.Equal([Url("shop.test/cart")], Assert.IsType<PurgeChange>(entry.Change).Selectors);
    }

    [Fact]
    public async Task Invalidate_StoreDoesNotTakeIt_CallerGoesOnAndTheEntryFollows()
    {
        _store.Empty();
        var task = _invalidator.InvalidateAsync(_zone, [Url("shop.test/a")], Cancel).AsTask();
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        Assert.Null(await task);
        Assert.Equal(1, _invalidator.Queued);
        var epoch = await _store.OpenEpochAsync(Shop, 0, Cancel);
        for (var i = 0; i < 1_000_000 && (await _store.ReadAsync()).Head == 0; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        Assert.Equal([Url("shop.test/a")], Assert.IsType<PurgeChange>((await _store.ReadAsync(epoch)).Entries[0].Change).Selectors);
    }

    [Fact]
    public void Add_OverTheBound_FoldsIntoTheZoneAndNeverForgets()
    {
        var pending = new PendingInvalidation(Shop);
        Assert.False(pending.Add([Url("a/1"), Url("a/2")], 3));
        Assert.False(pending.Add([Url("a/2"), Url("a/3")], 3));
        Assert.True(pending.Add([Url("a/4")], 3));
        Assert.Equal([Selector.Everything], pending.Selectors);
        Assert.False(pending.Add([Url("a/5")], 3));
        Assert.Equal([Selector.Everything], pending.Selectors);
    }

    private static Selector Url(string uri) => new(SelectorKind.Url, uri);
}
