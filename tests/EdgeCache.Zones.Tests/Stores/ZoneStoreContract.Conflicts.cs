using System.Collections.Immutable;
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

    /// <summary>A region was cut off for longer than the grace, and comes with what was deleted meanwhile.</summary>
    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    public async Task Tombstone_GraceIsOverAndARegionHasNotPassedIt_StaysAndDoesNotComeBack(ConflictRule rule)
    {
        await Store.PutZoneAsync(Zone(ZonePolicy.Standard with { Conflict = rule, TombstoneGrace = TimeSpan.FromMinutes(5) }), Cancel);
        await Store.PutPeerAsync(Shop, new PeerRegion("us", default, 0, 0), Cancel);
        await Store.PutAsync(Far(1, Value(Www, "first", 5, "far")));
        var old = (await Store.GetAsync(Www))!;
        await Store.PutAsync(Commit([new RecordWrite(Tombstone(Www, 6), default) { Seen = SiblingSet.Of(old).Vector }], []));
        await PassAsync(TimeSpan.FromMinutes(6));
        await Store.PutAsync(Write(Value(new RecordKey("x", "A"), "b")));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);
        Assert.Equal(2, (await Store.ListAsync(Shop, null, 10, Cancel)).Count);
        await Store.PutAsync(Far(2, old));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);

        // The region has passed it: all from before its standing may go, whenever it was asked for.
        var read = await Store.ReadShardAsync(Shop.Shard, [new ZoneCursor(Shop, default, 0)], 0, Cancel);
        await Store.PutPeerAsync(Shop, new PeerRegion("us", _there, 2, read.At), Cancel);
        Assert.Equal(new PeerRegion("us", _there, 2, read.At), Assert.Single((await Store.ReadAsync()).Peers));
        Assert.Null(await Store.GetAsync(Www));
        Assert.Single(await Store.ListAsync(Shop, null, 10, Cancel));
    }

    /// <summary>A write here, stamped before the delete, would stand here and nowhere else: it waits until the clock here has come to where that of the delete was.</summary>
    [Fact]
    public async Task Tombstone_ClockOfItsDeleteIsAhead_StaysUntilTheStoresIsThere()
    {
        await Store.PutZoneAsync(Zone(ZonePolicy.Standard with { Conflict = ConflictRule.LastWriteWins, TombstoneGrace = TimeSpan.FromMinutes(2) }), Cancel);
        var now = (await Store.ReadShardAsync(Shop.Shard, [new ZoneCursor(Shop, default, 0)], 0, Cancel)).At;
        await Store.PutAsync(Far(1, Value(Www, "first", 5, "far")));
        var ahead = Tombstone(Www, 6);
        await Store.PutAsync(Far(2, ahead with { Version = ahead.Version with { Clock = HybridTimestamp.From(now + 240_000, 0), Origin = "far" } }));
        await PassAsync(TimeSpan.FromMinutes(5));
        await Store.PutAsync(Write(Value(new RecordKey("x", "A"), "b")));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);
        Assert.Equal(2, (await Store.ListAsync(Shop, null, 10, Cancel)).Count);
        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.Null(await Store.GetAsync(Www));
        await Store.PutAsync(Write(Value(new RecordKey("y", "A"), "b")));
        Assert.Equal(2, (await Store.ListAsync(Shop, null, 10, Cancel)).Count);
    }

    [Fact]
    public async Task Tombstone_RegionIsForgotten_WaitsNoLonger()
    {
        await Store.PutZoneAsync(Zone(ZonePolicy.Standard with { TombstoneGrace = TimeSpan.FromMinutes(5) }), Cancel);
        await Store.PutPeerAsync(Shop, new PeerRegion("us", default, 0, 0), Cancel);
        await Store.PutAsync(Write(Value(Www, "a")));
        await Store.PutAsync(Write(Tombstone(Www, 2)));
        await PassAsync(TimeSpan.FromMinutes(6));
        Assert.NotNull(await Store.GetAsync(Www));
        Assert.True(await Store.ForgetPeerAsync(Shop, "us", Cancel));
        Assert.Null(await Store.GetAsync(Www));
        Assert.False(await Store.ForgetPeerAsync(Shop, "us", Cancel));
        Assert.Empty((await Store.ReadAsync()).Peers);
    }

    /// <summary>A write that lost to a later one which is not here, or is gone: it must not stand here for want of it.</summary>
    [Fact]
    public async Task Replica_WriteThatLostThere_StandsNowhereAndIsInTheHistory()
    {
        var lost = Far(1, Value(Www, "loser", 5, "far"));
        var result = await Store.PutAsync(lost with { Writes = [lost.Writes[0] with { LostThere = HistoryReason.Older }] });
        Assert.Equal(HistoryReason.Older, Assert.Single(result.Losers));
        Assert.Null(await Store.GetAsync(Www));
        Assert.Equal(HistoryReason.Older, Assert.Single(await Store.HistoryAsync(Shop, Www, Cancel)).Reason);
    }

    /// <summary>A counter that was deleted and whose tombstone is gone begins anew here, while the other region still has what it had counted before.</summary>
    [Fact]
    public async Task Counter_BegunAnewAfterItsTombstoneWent_LosesNothingToTheOldOne()
    {
        var hits = new RecordKey("hits", RecordKey.Doc);
        await Store.PutZoneAsync(Zone(ZonePolicy.Standard with { Conflict = ConflictRule.Crdt, TombstoneGrace = TimeSpan.FromMinutes(5) }), Cancel);
        await Store.PutAsync(Edit(hits, new CrdtEdit { Increment = 10 }));
        await Store.PutAsync(Commit([new RecordWrite(Tombstone(hits, 6), default)], []));
        var elsewhere = (await Store.GetAsync(hits))!;
        await PassAsync(TimeSpan.FromMinutes(6));
        await Store.PutAsync(Write(Value(new RecordKey("x", "A"), "[]")));
        Assert.Null(await Store.GetAsync(hits));

        await Store.PutAsync(Edit(hits, new CrdtEdit { Increment = 3 }) with { Ticket = HybridTimestamp.From(9, 0) });
        await Store.PutAsync(Far(1, elsewhere));
        Assert.Equal("3", System.Text.Encoding.UTF8.GetString((await Store.GetAsync(hits))!.Value.Span));
    }

    [Fact]
    public async Task Replica_ClockFarAhead_IsRefusedAndMayComeLater()
    {
        var ahead = Far(1, Value(Www, "x", 1, "far")) with { Clock = HybridTimestamp.From(long.MaxValue, 0) };
        Assert.Equal(CommitOutcome.ClockSkew, (await Store.PutAsync(ahead)).Outcome);
        Assert.Empty((await Store.ReadAsync()).Vector);
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(ahead with { Clock = HybridTimestamp.From(5, 0) })).Outcome);
    }

    /// <summary>The entry's own clock is good, but what it brings would win, or cover what is written here, for ever.</summary>
    [Theory]
    [InlineData("version")]
    [InlineData("concurrent value")]
    [InlineData("seen")]
    [InlineData("cell")]
    public async Task Replica_StateWithAClockFarAhead_IsRefused(string where)
    {
        var far = HybridTimestamp.From(long.MaxValue, 0);
        var now = HybridTimestamp.From(5, 0);
        var plain = Value(Www, "x", 1, "far");
        var dot = new Dot("us/1/o", where == "concurrent value" ? far.Value : now.Value);
        var state = where switch
        {
            "version" => plain with { Version = plain.Version with { Clock = far } },
            "cell" => new CrdtState
            {
                Key = Www,
                Kind = CrdtKind.Set,
                Version = plain.Version,
                Ttl = 1,
                Vector = VersionVector.Empty.With(dot),
                Alive = DotCells.Of(dot, new Cell(now, "o", "")),
                Entries = ImmutableSortedDictionary.Create<string, DotCells>(StringComparer.Ordinal).Add("x", DotCells.Of(dot, new Cell(far, "o", "x"))),
            }.ToRecord(),
            _ => new SiblingSet(VersionVector.Empty.With(where == "seen" ? new Dot("eu/1/o#5", ulong.MaxValue) : dot), ImmutableSortedDictionary<Dot, EdgeCache.Zones.Records.Record>.Empty.Add(dot, plain)).ToRecord(),
        };
        await UseAsync(where == "cell" ? ConflictRule.Crdt : where == "version" ? ConflictRule.LastWriteWins : ConflictRule.Siblings);
        Assert.Equal(CommitOutcome.ClockSkew, (await Store.PutAsync(Far(1, state))).Outcome);
        Assert.Equal(CommitOutcome.ClockSkew, (await Store.PutAsync(Commit([new RecordWrite(state, default) { IsAgain = true }], []))).Outcome);
        Assert.Null(await Store.GetAsync(Www));
    }

    /// <summary>Two states that each claim to have replaced the other's only value leave nothing that could stand.</summary>
    [Fact]
    public async Task Replica_StateThatLeavesNothing_IsNotPossibleAndTheStoreGoesOn()
    {
        await UseAsync(ConflictRule.Siblings);
        var (one, other) = (new Dot("us/1/o", 7), new Dot("us/1/o", 8));
        var seenBoth = VersionVector.Empty.With(one).With(other);
        var none = ImmutableSortedDictionary<Dot, EdgeCache.Zones.Records.Record>.Empty;
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(Far(1, new SiblingSet(seenBoth, none.Add(one, Value(Www, "a"))).ToRecord()))).Outcome);
        Assert.Equal(CommitOutcome.NotPossible, (await Store.PutAsync(Far(2, new SiblingSet(seenBoth, none.Add(other, Value(Www, "b"))).ToRecord()))).Outcome);
        Assert.Equal("a", Text(await Store.GetAsync(Www)));
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(Purge("next"))).Outcome);
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
