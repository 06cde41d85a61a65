using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Memory;

public sealed class MemoryZoneStoreTests : ZoneStoreContract
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    protected override ValueTask<IZoneStore> OpenAsync() => new(new MemoryZoneStore(_time, new Random(1)));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task LoseTail_SerialsAreUsedAgainWithOtherNonces()
    {
        await using var store = new MemoryZoneStore(_time, new Random(2));
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "kept", 1)));
        var lost = await store.PutAsync(Write(Value(Www, "lost", 2)));
        store.LoseTail(Shop, 1);

        Assert.Equal("kept", Text(await store.GetAsync(Www)));
        var again = await store.PutAsync(Write(Value(Www, "other", 3)));
        Assert.Equal(lost.Position, again.Position);
        var entries = (await store.ReadAsync(lost.Position.Epoch)).Entries;
        Assert.Equal(entries[0].Nonce, entries[1].Previous);
    }

    /// <summary>An edge by itself keeps its log in memory: purges of a million tags are not kept for the whole hour that the policy says.</summary>
    [Fact]
    public async Task Commit_EntriesOfManySelectors_LogKeepsTheNewestWithinItsBytes()
    {
        await using var store = new MemoryZoneStore(_time, new Random(2));
        await store.PutZoneAsync(Zone(), Cancel);
        const int Purges = 600;
        var last = default(Position);
        for (var i = 0; i < Purges; i++)
        {
            last = (await store.PutAsync(Commit([], [new PurgeChange([.. Enumerable.Range(0, 1_000).Select(t => new Selector(SelectorKind.Tag, $"tag-{i}-{t}"))], PurgeMode.Soft)]))).Position;
        }

        var read = await store.ReadAsync(last.Epoch, last.Serial - 1);
        Assert.Equal(last.Serial, Assert.Single(read.Entries).Serial);
        Assert.InRange(read.Head - read.First + 1, MemoryZone.MaxLogBytes / 200_000, MemoryZone.MaxLogBytes / 64_000);
    }

    /// <summary>The very change that was lost comes to its old serial again, behind another one than before: who stood there must notice.</summary>
    [Fact]
    public async Task LoseTail_SameChangeAtTheSameSerialBehindAnother_HasAnotherNonce()
    {
        await using var store = new MemoryZoneStore(_time, new Random(2));
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "kept", 1)));
        var copied = Write(Value(new RecordKey("x", RecordKey.Doc), "copied", 3));
        await store.PutAsync(Write(Value(Www, "lost", 2)));
        var first = await store.PutAsync(copied);
        var before = (await store.ReadAsync()).HeadNonce;
        store.LoseTail(Shop, 2);

        await store.PutAsync(Write(Value(Www, "other", 2)));
        Assert.Equal(first.Position, (await store.PutAsync(copied)).Position);
        Assert.NotEqual(before, (await store.ReadAsync()).HeadNonce);
    }

    [Fact]
    public async Task Empty_NothingRestartsByItself_UntilAnEpochIsOpened()
    {
        await using var store = new MemoryZoneStore(_time, new Random(2));
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "a")));
        store.Empty();

        Assert.False((await store.ReadAsync()).Exists);
        Assert.Equal(CommitOutcome.StoreLost, (await store.PutAsync(Purge("t"))).Outcome);
        await store.PutZoneAsync(Zone(), Cancel);
        Assert.Equal(CommitOutcome.StoreLost, (await store.PutAsync(Purge("t"))).Outcome);
        await store.OpenEpochAsync(Shop, 0, Cancel);
        Assert.Equal(1, (await store.PutAsync(Purge("t"))).Position.Serial);
    }
}
