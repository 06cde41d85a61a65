using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>What every store promises of concurrent writes.</summary>
public abstract partial class ZoneStoreContract
{
    private static readonly Epoch _there = new(0xABCD);

    [Fact]
    public async Task Siblings_WritesThatDoNotKnowEachOther_StandSideBySideUntilOneKnowsBoth()
    {
        await UseAsync(ConflictRule.Siblings);
        await Store.PutAsync(Write(Value(Www, "a", 5)));
        var second = await Store.PutAsync(Write(Value(Www, "b", 2)));
        var state = await Store.GetAsync(Www);
        Assert.Equal(["b", "a"], SiblingSet.Of(state).Live().Select(Text));
        Assert.Equal(second.Written[0].ETag, state!.ETag);
        var entry = (await Store.ReadAsync(second.Position.Epoch, 1)).Entries[0];
        Assert.Equal(state.Context.ToArray(), Assert.IsType<RecordChange>(entry.Change).After.Context.ToArray());

        await Store.PutAsync(Knowing("c", 1, SiblingSet.Of(state).Vector));
        Assert.Equal(["c"], SiblingSet.Of(await Store.GetAsync(Www)).Live().Select(Text));
        var history = await Store.HistoryAsync(Shop, Www, Cancel);
        Assert.Equal([("c", HistoryReason.Resolved), ("b", HistoryReason.Sibling), ("a", null)], history.Select(h => (Text(h.Record), h.Reason)));
    }

    [Fact]
    public async Task Siblings_WriterThatReadAnOlderState_ReplacesOnlyWhatItRead()
    {
        await UseAsync(ConflictRule.Siblings);
        await Store.PutAsync(Write(Value(Www, "a")));
        var read = SiblingSet.Of(await Store.GetAsync(Www)).Vector;
        await Store.PutAsync(Knowing("b", 2, read));
        await Store.PutAsync(Knowing("c", 3, read));
        Assert.Equal(["c", "b"], SiblingSet.Of(await Store.GetAsync(Www)).Live().Select(Text));
    }

    [Fact]
    public async Task Siblings_MoreThanTheLimit_AreRefusedAndNothingIsChanged()
    {
        await UseAsync(ConflictRule.Siblings);
        for (var i = 0; i < SiblingSet.MaxValues; i++)
        {
            Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(Write(Value(Www, $"v{i}")))).Outcome);
        }

        var refused = await Store.PutAsync(Write(Value(Www, "one more")));
        Assert.Equal(CommitOutcome.NotPossible, refused.Outcome);
        Assert.Contains("Edge-Context", refused.Error, StringComparison.Ordinal);
        Assert.Equal(SiblingSet.MaxValues, (await Store.ReadAsync()).Head);
    }

    [Fact]
    public async Task Crdt_ManyIncrementsAtOnce_AreAllCountedOnce()
    {
        await UseAsync(ConflictRule.Crdt);
        var key = new RecordKey("hits", RecordKey.Doc);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Store.PutAsync(Edit(key, new CrdtEdit { Increment = i }, $"id{i % 25}")))));
        var sum = int.Parse(Text(await Store.GetAsync(key)));
        Assert.Equal(25, (await Store.ReadAsync()).Head);
        Assert.InRange(sum, 300, 300 + (25 * 25));
        Assert.Equal(0, (sum - 300) % 25);
        var wrong = await Store.PutAsync(Edit(key, new CrdtEdit { Add = ["x"] }));
        Assert.Equal(CommitOutcome.NotPossible, wrong.Outcome);
    }

    [Theory]
    [InlineData(ConflictRule.LastWriteWins, "late")]
    [InlineData(ConflictRule.Siblings, "late, here")]
    [InlineData(ConflictRule.Crdt, "here\nlate")]
    public async Task Replica_ConcurrentState_IsMergedByTheRuleAndSoIsALateCopy(ConflictRule rule, string expected)
    {
        await UseAsync(rule);
        await Store.PutAsync(Write(Value(Www, "here", 5)));
        await Store.PutAsync(Far(1, Value(Www, "late", 9, "far")));
        await Store.PutAsync(Far(2, Value(Www, "late", 9, "far")));

        var state = await Store.GetAsync(Www);
        Assert.Equal(expected, rule == ConflictRule.Siblings ? string.Join(", ", SiblingSet.Of(state).Live().Select(Text)) : Text(state));
        Assert.Equal([new OriginStamp("us", _there, 2)], (await Store.ReadAsync()).Vector);
        Assert.Equal(2, (await Store.HistoryAsync(Shop, Www, Cancel)).Count);
        var last = (await Store.ReadAsync((await Store.ReadAsync()).Epoch, 2)).Entries[0];
        Assert.Equal(HistoryReason.Known, Assert.IsType<RecordChange>(last.Change).Loser);
    }

    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public async Task Replica_LateCopyOfADeletedRecord_DoesNotBringItBack(ConflictRule rule)
    {
        await UseAsync(rule);
        await Store.PutAsync(Far(1, Value(Www, "first", 5, "far")));
        await Store.PutAsync(Commit([new RecordWrite(Tombstone(Www, 6), default) { Seen = SiblingSet.Of(await Store.GetAsync(Www)).Vector }], []));
        await Store.PutAsync(Far(2, Value(Www, "first", 5, "far")));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);
    }

    [Fact]
    public async Task Replica_ClockFarAhead_IsRefusedAndMayComeLater()
    {
        var ahead = Far(1, Value(Www, "x", 1, "far")) with { Clock = HybridTimestamp.From(long.MaxValue, 0) };
        Assert.Equal(CommitOutcome.ClockSkew, (await Store.PutAsync(ahead)).Outcome);
        Assert.Empty((await Store.ReadAsync()).Vector);
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(ahead with { Clock = HybridTimestamp.From(5, 0) })).Outcome);
    }

    private static CommitRequest Knowing(string value, long clock, VersionVector seen) => Commit([new RecordWrite(Value(Www, value, clock), default) { Seen = seen }], []);

    private static CommitRequest Edit(RecordKey key, CrdtEdit edit, string? id = null) =>
        Commit([new RecordWrite(Value(key, ""), default) { Edit = edit }], [], id);

    private static CommitRequest Far(long serial, EdgeCache.Zones.Records.Record state) => Write(state with { Version = state.Version with { Serial = 40 } }) with
    {
        Origin = new OriginStamp("us", _there, serial),
    };

    private async Task UseAsync(ConflictRule rule) => await Store.PutZoneAsync(Zone(ZonePolicy.Standard with { Conflict = rule }), Cancel);
}
