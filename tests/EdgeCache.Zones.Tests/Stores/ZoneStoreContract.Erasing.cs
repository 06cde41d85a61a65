using System.Text;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>What every store promises of an erased record (PLANE.md 33).</summary>
public abstract partial class ZoneStoreContract
{
    private const string Secret = "secret";

    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public async Task Erase_RecordWithAHistory_LeavesNoValueOfItInHistoryOrLog(ConflictRule rule)
    {
        await UseAsync(rule);
        var key = new RecordKey("user-17", RecordKey.Doc);
        await Store.PutAsync(Write(Value(key, rule == ConflictRule.Crdt ? $"[\"{Secret}1\"]" : Secret + "1", 1)));
        await Store.PutAsync(Write(Value(key, rule == ConflictRule.Crdt ? $"[\"{Secret}2\"]" : Secret + "2", 2)));
        await Store.PutAsync(Write(Value(Www, "192.0.2.1", 3)));
        var erased = await Store.PutAsync(Erase(key, 4, await Store.GetAsync(key)));
        Assert.Equal(CommitOutcome.Committed, erased.Outcome);

        var history = Assert.Single(await Store.HistoryAsync(Shop, key, Cancel));
        Assert.Equal((HistoryReason.Erased, true, 0), (history.Reason, history.Record.IsDeleted, history.Record.Value.Length));
        Assert.Single(await Store.HistoryAsync(Shop, Www, Cancel));
        var log = await Store.ReadAsync(erased.Position.Epoch, erased.Position.Serial - 1);
        Assert.Equal((erased.Position.Serial, erased.Position.Serial), (log.First, log.Head));
        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(LogEntryCodec.Encode(Assert.Single(log.Entries)).Span));
        Assert.True(Assert.IsType<RecordChange>(log.Entries[0].Change).After.IsErased);
        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(RecordCodec.Encode((await Store.GetAsync(key))!).Span));

        // The log goes on, and so does the record.
        await Store.PutAsync(Write(Value(key, rule == ConflictRule.Crdt ? "[\"new\"]" : "new", 5)));
        Assert.False((await Store.GetAsync(key))!.IsDeleted);
        Assert.Equal(erased.Position.Serial + 1, (await Store.ReadAsync()).Head);
        Assert.Equal(2, (await Store.HistoryAsync(Shop, key, Cancel)).Count);
    }

    /// <summary>A region that was cut off sends what was erased meanwhile.</summary>
    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    public async Task Erase_LateCopyOfAnErasedValue_LeavesNoTraceOfIt(ConflictRule rule)
    {
        await UseAsync(rule);
        var late = Value(Www, Secret, 5, "far");
        await Store.PutAsync(Far(1, late));
        var erased = await Store.PutAsync(Erase(Www, 6, await Store.GetAsync(Www)));
        await Store.PutAsync(Far(2, late));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);
        Assert.DoesNotContain(await Store.HistoryAsync(Shop, Www, Cancel), h => h.Record.Value.Length > 0);
        var entries = (await Store.ReadAsync(erased.Position.Epoch, erased.Position.Serial - 1)).Entries;
        Assert.Equal(2, entries.Count);
        Assert.DoesNotContain(entries, e => Encoding.UTF8.GetString(LogEntryCodec.Encode(e).Span).Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_ConcurrentValueFromAnotherRegion_StandsWithItsHistory()
    {
        await UseAsync(ConflictRule.Siblings);
        await Store.PutAsync(Write(Value(Www, Secret, 5)));
        var known = await Store.GetAsync(Www);
        await Store.PutAsync(Far(1, Value(Www, "kept", 4, "far")));
        await Store.PutAsync(Erase(Www, 6, known));
        Assert.Equal(["kept"], SiblingSet.Of(await Store.GetAsync(Www)).Live().Select(Text));
        Assert.Equal(["(deleted)", "kept"], (await Store.HistoryAsync(Shop, Www, Cancel)).Select(h => Text(h.Record)));
    }

    [Fact]
    public async Task Erase_TogetherWithOthersInOneGroup_TakesOnlyItsOwn()
    {
        var key = new RecordKey("user-17", RecordKey.Doc);
        await Store.PutAsync(Write(Value(key, Secret)));
        await Task.WhenAll(
            Store.PutAsync(Write(Value(Www, "a", 2))),
            Store.PutAsync(Erase(key, 3, await Store.GetAsync(key))),
            Store.PutAsync(Write(Value(new RecordKey("x", RecordKey.Doc), "b", 2))));
        Assert.Single(await Store.HistoryAsync(Shop, key, Cancel));
        Assert.Single(await Store.HistoryAsync(Shop, Www, Cancel));
        Assert.Equal("b", Text((await Store.GetAsync(new RecordKey("x", RecordKey.Doc)))!));
    }

    private static CommitRequest Erase(RecordKey key, long clock, EdgeCache.Zones.Records.Record? known) =>
        Commit([new RecordWrite(Tombstone(key, clock) with { IsErased = true }, default, HistoryReason.Erased) { Seen = SiblingSet.Of(known).Vector }], []);
}
