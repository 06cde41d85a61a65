using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>What every store promises about how long it keeps entries, versions and tombstones.</summary>
public abstract partial class ZoneStoreContract
{
    [Fact]
    public async Task Retention_MoreEntriesThanKept_FirstMovesAndRecordsStay()
    {
        await Store.PutZoneAsync(Zone(new ZonePolicy { RetentionEntries = 3 }), Cancel);
        for (var i = 1; i <= 10; i++)
        {
            await Store.PutAsync(Write(Value(Www, $"v{i}", i)));
        }

        var read = await Store.ReadAsync();
        Assert.Equal((10, 8), (read.Head, read.First));
        Assert.Equal([8L, 9L, 10L], (await Store.ReadAsync(read.Epoch, 7)).Entries.Select(e => e.Serial));
        Assert.Empty((await Store.ReadAsync(read.Epoch, 2)).Entries);
        Assert.Equal("v10", Text(await Store.GetAsync(Www)));
    }

    [Fact]
    public async Task Retention_OldEntries_GoWithTheNextCommit()
    {
        await Store.PutAsync(Purge("old"));
        await PassAsync(TimeSpan.FromMinutes(61));
        await Store.PutAsync(Purge("new"));
        var read = await Store.ReadAsync();
        Assert.Equal((2, 2), (read.Head, read.First));
    }

    [Fact]
    public async Task History_LongerThanKept_DropsTheOldest()
    {
        await Store.PutZoneAsync(Zone(new ZonePolicy { HistoryLength = 4 }), Cancel);
        for (var i = 1; i <= 6; i++)
        {
            await Store.PutAsync(Commit([new RecordWrite(Value(Www, $"v{i}", i), default, i == 6 ? HistoryReason.Reverted : null)], []));
        }

        var history = await Store.HistoryAsync(Shop, Www, Cancel);
        Assert.Equal(["v6", "v5", "v4", "v3"], history.Select(h => Text(h.Record)));
        Assert.Equal([HistoryReason.Reverted, null, null, null], history.Select(h => h.Reason));
        Assert.Equal([6L, 5L, 4L, 3L], history.Select(h => h.Record.Version.Serial));
    }

    [Fact]
    public async Task Tombstone_AfterItsGrace_IsGone()
    {
        await Store.PutAsync(Write(Value(Www, "a")));
        await Store.PutAsync(Write(Tombstone(Www, 2)));
        await PassAsync(TimeSpan.FromHours(23));
        await Store.PutAsync(Purge("x"));
        Assert.NotNull(await Store.GetAsync(Www));
        await PassAsync(TimeSpan.FromHours(2));
        await Store.PutAsync(Purge("y"));
        Assert.Null(await Store.GetAsync(Www));
        Assert.Empty(await Store.ListAsync(Shop, null, 10, Cancel));
    }

    [Fact]
    public async Task Forgotten_RecordOfACopy_LeavesNoTraceAndMayComeBack()
    {
        await Store.PutAsync(Write(Value(Www, "a", 5)));
        var nothing = Tombstone(Www) with { Version = new RecordVersion(0, default, "") };
        await Store.PutAsync(Commit([new RecordWrite(nothing, default) { IsAgain = true, IsCopy = true }], []));
        Assert.Null(await Store.GetAsync(Www));
        Assert.Empty(await Store.ListAsync(Shop, null, 10, Cancel));
        Assert.True(Assert.IsType<RecordChange>((await Store.ReadAsync((await Store.ReadAsync()).Epoch, 1)).Entries.Single().Change).After.IsForgotten);

        await Store.PutAsync(Write(Value(Www, "back", 1), new Guard(GuardKind.Absent)));
        Assert.Equal("back", Text(await Store.GetAsync(Www)));
        await Store.PutAsync(Purge("sweep"));
        Assert.Equal("back", Text(await Store.GetAsync(Www)));
    }

    [Fact]
    public async Task Tombstone_FollowedByAValue_TheValueOutlivesTheGrace()
    {
        await Store.PutAsync(Write(Tombstone(Www, 1)));
        await Store.PutAsync(Write(Value(Www, "back", 2)));
        await PassAsync(TimeSpan.FromHours(25));
        await Store.PutAsync(Purge("x"));
        Assert.Equal("back", Text(await Store.GetAsync(Www)));
    }

    [Fact]
    public async Task Tombstone_GraceIsOver_IsGoneAtTheNextReadAndNotAtTheNextSweep()
    {
        await Store.PutZoneAsync(Zone(ZonePolicy.Standard with { TombstoneGrace = TimeSpan.FromMinutes(5) }), Cancel);
        await Store.PutAsync(Write(Value(Www, "a")));
        await Store.PutAsync(Write(Tombstone(Www, 2)));
        await Store.PutAsync(Write(Value(new RecordKey("x", "A"), "b")));
        await PassAsync(TimeSpan.FromMinutes(4));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);
        Assert.Equal(2, (await Store.ListAsync(Shop, null, 10, Cancel)).Count);

        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.Null(await Store.GetAsync(Www));
        Assert.Equal(["x"], (await Store.ListAsync(Shop, null, 1, Cancel)).Select(r => r.Key.Name));
    }
}
