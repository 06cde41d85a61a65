using System.Text;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Tests.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Writing;

public sealed class ZonePublisherTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly MemoryZoneStore _store;
    private readonly ZonePublisher _publisher;

    public ZonePublisherTests()
    {
        _store = new MemoryZoneStore(_time, new Random(1));
        _publisher = new ZonePublisher(_store, _time, new Random(2), "o1");
    }

    public async ValueTask InitializeAsync() => await _store.PutZoneAsync(Zone(), Cancel);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Publish_New_IsCreatedThenReplaced()
    {
        var first = await Publish("a");
        Assert.Equal(WriteOutcome.Committed, first.Outcome);
        Assert.True(first.WasCreated);
        Assert.Equal(26, first.ChangeId.Length);
        Assert.Equal(60, first.Written[0].Ttl);
        Assert.Equal("text/plain", first.Written[0].ContentType);
        Assert.False((await Publish("b")).WasCreated);
        Assert.Equal("b", Text(await _store.GetAsync(Www)));
    }

    [Fact]
    public async Task Publish_IfMatch_HoldsForTheCurrentVersionOnly()
    {
        var first = await Publish("a");
        var wrong = await Publish("x", WritePrecondition.MustBe("\"wrong\""));
        Assert.Equal(WriteOutcome.PreconditionFailed, wrong.Outcome);
        Assert.Equal(first.Written[0].Version.ETag, wrong.Current!.Version.ETag);
        var good = await Publish("b", WritePrecondition.MustBe(first.Written[0].Version.ETag));
        Assert.Equal(WriteOutcome.Committed, good.Outcome);
        Assert.Equal(WriteOutcome.PreconditionFailed, (await Publish("c", WritePrecondition.MustBe(first.Written[0].Version.ETag))).Outcome);
        Assert.Equal(WriteOutcome.PreconditionFailed, (await Publish("c", WritePrecondition.MustBeAbsent)).Outcome);
    }

    [Fact]
    public async Task Publish_RetriedWithItsIdAndPrecondition_AnswersTheFirstResult()
    {
        var first = await Publish("a", WritePrecondition.MustBeAbsent, "my-id");
        var again = await Publish("a", WritePrecondition.MustBeAbsent, "my-id");

        Assert.Equal(WriteOutcome.Committed, again.Outcome);
        Assert.True(again.WasRepeat);
        Assert.True(again.WasCreated);
        Assert.Equal(first.Position, again.Position);
        Assert.Equal(first.Clock, again.Clock);
        Assert.Equal(WriteOutcome.ChangeIdReused, (await Publish("other", default, "my-id")).Outcome);
        Assert.Equal(WriteOutcome.PreconditionFailed, (await Publish("a", WritePrecondition.MustBeAbsent, "new-id")).Outcome);
    }

    [Fact]
    public async Task Delete_RetriedWithItsId_IsStillDoneAndNotMissing()
    {
        await Publish("a");
        var context = new WriteContext { ChangeId = "del" };
        var first = await _publisher.DeleteAsync(Shop, new RecordDelete { Key = Www }, context, Cancel);
        var again = await _publisher.DeleteAsync(Shop, new RecordDelete { Key = Www }, context, Cancel);
        Assert.Equal((WriteOutcome.Committed, WriteOutcome.Committed), (first.Outcome, again.Outcome));
        Assert.Equal(first.Position, again.Position);
        Assert.Equal(WriteOutcome.NoSuchRecord, (await _publisher.DeleteAsync(Shop, new RecordDelete { Key = Www }, default, Cancel)).Outcome);
        Assert.True((await Publish("b", WritePrecondition.MustBeAbsent)).WasCreated);
    }

    [Fact]
    public async Task Publish_CausallyLaterOnASlowClock_NeverLoses()
    {
        var slow = new ZonePublisher(_store, new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromSeconds(60)), new Random(3), "o0");
        var ahead = await Publish("seen");

        var blind = await slow.PublishAsync(Shop, Record("blind"), default, Cancel);
        Assert.Equal(WriteOutcome.Superseded, blind.Outcome);
        Assert.Equal("seen", Text(await _store.GetAsync(Www)));
        var informed = await slow.PublishAsync(Shop, Record("informed"), new WriteContext { Seen = ahead.Clock }, Cancel);
        Assert.Equal(WriteOutcome.Committed, informed.Outcome);
        Assert.Equal("informed", Text(await _store.GetAsync(Www)));
    }

    [Fact]
    public async Task Publish_SeenClockBeyondTheSkewBound_IsRefusedAndCounted()
    {
        var future = HybridTimestamp.From((_time.GetUtcNow() + HybridClock.MaxSkew + TimeSpan.FromSeconds(1)).ToUnixTimeMilliseconds(), 0);
        var result = await _publisher.PublishAsync(Shop, Record("a"), new WriteContext { Seen = future }, Cancel);
        Assert.Equal(WriteOutcome.ClockSkew, result.Outcome);
        Assert.Equal(1, _publisher.Clock.Refused);
        Assert.Null(await _store.GetAsync(Www));
    }

    [Fact]
    public async Task Publish_BadValue_SaysWhatTheCheckSays()
    {
        var checking = new ZonePublisher(_store, _time, new Random(3), "o1", (ZoneName _, RecordKey key, ref ReadOnlyMemory<byte> value) =>
        {
            value = Encoding.ASCII.GetBytes("canonical");
            return key.Type == "A" ? null : "not an address";
        });
        var bad = await checking.PublishAsync(Shop, Record("x") with { Key = new RecordKey("www", "AAAA") }, default, Cancel);
        Assert.Equal((WriteOutcome.Invalid, "www/AAAA: not an address"), (bad.Outcome, bad.Error));
        await checking.PublishAsync(Shop, Record("x"), default, Cancel);
        Assert.Equal("canonical", Text(await _store.GetAsync(Www)));
    }

    [Theory]
    [InlineData(1024 * 1024 + 1, 0, WriteOutcome.TooLarge)]
    [InlineData(1024 * 1024, 604_800, WriteOutcome.Committed)]
    [InlineData(1, -1, WriteOutcome.Invalid)]
    [InlineData(1, 604_801, WriteOutcome.Invalid)]
    public async Task Publish_Limits_AreNamed(int length, int ttl, WriteOutcome outcome)
    {
        var result = await _publisher.PublishAsync(Shop, Record("") with { Value = new byte[length], Ttl = ttl }, default, Cancel);
        Assert.Equal(outcome, result.Outcome);
        Assert.Equal(outcome == WriteOutcome.Committed, result.Error is null);
    }

    [Fact]
    public async Task Purge_SelectorLimit_IsExact()
    {
        async Task<WriteOutcome> Purge(int count) =>
            (await _publisher.PurgeAsync(Shop, new PurgeChange([.. Enumerable.Range(0, count).Select(i => new Selector(SelectorKind.Tag, $"t{i}"))], PurgeMode.Soft), default, Cancel)).Outcome;
        Assert.Equal(WriteOutcome.Invalid, await Purge(0));
        Assert.Equal(WriteOutcome.Committed, await Purge(1000));
        Assert.Equal(WriteOutcome.TooLarge, await Purge(1001));
    }

    [Fact]
    public async Task Batch_SelectorsOfAllItsPurges_CountTogether()
    {
        PurgeChange Of(int count) => new([.. Enumerable.Range(0, count).Select(i => new Selector(SelectorKind.Tag, $"t{i}"))], PurgeMode.Soft);
        Assert.Equal(WriteOutcome.Committed, (await _publisher.BatchAsync(Shop, new WriteBatch { Purges = [Of(500), Of(500)] }, default, Cancel)).Outcome);
        Assert.Equal(WriteOutcome.TooLarge, (await _publisher.BatchAsync(Shop, new WriteBatch { Purges = [Of(500), Of(501)] }, default, Cancel)).Outcome);
    }

    /// <summary>One entry of the log that takes every follower longer to read than a poll may last would stop them all.</summary>
    [Theory]
    [InlineData(16, 0, WriteOutcome.Committed)]
    [InlineData(16, 1, WriteOutcome.TooLarge)]
    public async Task Batch_BytesOfAllItsValues_CountTogether(int mebibytes, int more, WriteOutcome expected)
    {
        RecordPublish Of(int number, int length) => Record("") with { Key = new RecordKey($"n{number}", RecordKey.Doc), Value = new byte[length], Tags = [] };
        RecordPublish[] all = [.. Enumerable.Range(0, mebibytes).Select(i => Of(i, 1 << 20)), .. Enumerable.Range(0, more).Select(i => Of(100 + i, 1))];
        Assert.Equal(expected, (await _publisher.BatchAsync(Shop, new WriteBatch { Publishes = all }, default, Cancel)).Outcome);
    }

    [Theory]
    [InlineData(false, 1_000, true)]
    [InlineData(false, 1_001, false)]
    [InlineData(true, 1_001, true)]
    [InlineData(true, BatchChange.MaxWhole + 1, false)]
    public async Task Batch_OfAWholeZone_MayBeLongerAndIsOneEntryWithTheSerialAskedFor(bool whole, int count, bool taken)
    {
        var batch = new WriteBatch { Publishes = [.. Enumerable.Range(0, count).Select(i => Record("a") with { Key = new RecordKey($"n{i}", "A") })], IsPartOfWholeZone = whole };
        var result = await _publisher.BatchAsync(Shop, batch, new WriteContext { SoaSerial = uint.MaxValue / 2 }, Cancel);

        Assert.Equal(taken ? WriteOutcome.Committed : WriteOutcome.Invalid, result.Outcome);
        var read = await _store.ReadAsync(result.Position.Epoch, 0);
        Assert.Equal(taken ? [(count, uint.MaxValue / 2)] : [], read.Entries.Select(e => (((BatchChange)e.Change).Changes.Count, e.SoaSerial)));
    }

    [Fact]
    public async Task Batch_SameKeyTwice_IsRefused()
    {
        var result = await _publisher.BatchAsync(Shop, new WriteBatch { Publishes = [Record("a")], Deletes = [new RecordDelete { Key = Www }] }, default, Cancel);
        Assert.Equal(WriteOutcome.Invalid, result.Outcome);
    }

    [Fact]
    public async Task Write_UnknownZoneThenCreated_WorksAtOnce()
    {
        var other = ZoneName.Parse("new.test");
        Assert.Equal(WriteOutcome.UnknownZone, (await _publisher.PublishAsync(other, Record("a"), default, Cancel)).Outcome);
        await _store.PutZoneAsync(new ZoneDefinition(other, ZonePolicy.Standard), Cancel);
        Assert.Equal(WriteOutcome.Committed, (await _publisher.PublishAsync(other, Record("a"), default, Cancel)).Outcome);
    }

    [Fact]
    public async Task Reappend_EpochChangedAfterALostTail_BringsAcknowledgedChangesBack()
    {
        await Publish("kept");
        var purge = await _publisher.PurgeAsync(Shop, new PurgeChange([Selector.Everything], PurgeMode.Hard), default, Cancel);
        var write = await Publish("acknowledged");
        _store.LoseTail(Shop, 2);
        var epoch = await _store.OpenEpochAsync(Shop, 0, Cancel);
        Assert.Equal("kept", Text(await _store.GetAsync(Www)));

        Assert.Equal(2, await _publisher.ReappendAsync(Shop, Cancel));
        Assert.Equal("acknowledged", Text(await _store.GetAsync(Www)));
        var ids = (await _store.ReadAsync(epoch)).Entries.Select(e => e.ChangeId).ToList();
        Assert.Contains(purge.ChangeId, ids);
        Assert.Contains(write.ChangeId, ids);
    }

    [Fact]
    public async Task Reappend_WhatSurvivedUnderANewEpoch_IsNotDoneTwice()
    {
        await _store.PutZoneAsync(Zone(ZonePolicy.Standard with { Conflict = ConflictRule.Crdt, ConflictByType = new Dictionary<string, ConflictRule> { ["A"] = ConflictRule.Siblings } }), Cancel);
        var publisher = new ZonePublisher(_store, _time, new Random(3), "o1");
        var hits = new RecordKey("hits", RecordKey.Doc);
        for (var i = 0; i < 3; i++)
        {
            await publisher.PublishAsync(Shop, new RecordPublish { Key = hits, Value = default, Edit = new CrdtEdit { Increment = 1 } }, default, Cancel);
            await publisher.PublishAsync(Shop, Record($"v{i}"), default, Cancel);
        }

        _store.LoseTail(Shop, 2);
        await _store.OpenEpochAsync(Shop, 0, Cancel);
        Assert.Equal(2, await publisher.ReappendAsync(Shop, Cancel));
        Assert.Equal("3", Text(await _store.GetAsync(hits)));
        Assert.Equal(3, ConcurrentValues.Of((await _store.GetAsync(Www))!)!.Values.Count);
        Assert.Equal(0, await publisher.ReappendAsync(Shop, Cancel));
    }

    [Theory]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    public async Task Reappend_RecordWrittenManyTimes_DoesNotGoThroughItsPastAgain(ConflictRule rule)
    {
        await _store.PutZoneAsync(Zone(ZonePolicy.Standard with { Conflict = rule }), Cancel);
        var publisher = new ZonePublisher(_store, _time, new Random(3), "o1");
        VersionVector? seen = null;
        for (var i = 0; i < 5; i++)
        {
            await publisher.PublishAsync(Shop, Record($"v{i}") with { Seen = seen }, default, Cancel);
            seen = SiblingSet.Of(await _store.GetAsync(Www)).Vector;
        }

        _store.LoseTail(Shop, 5);
        var epoch = await _store.OpenEpochAsync(Shop, 0, Cancel);
        var shown = new List<string>();
        using var hints = _store.Subscribe(_ => shown.Add(Text(_store.FindAsync(Shop, Www, Cancel).AsTask().Result)));
        Assert.Equal(5, await publisher.ReappendAsync(Shop, Cancel));
        Assert.Equal(["v4"], shown.Distinct());
        Assert.Equal(6, (await _store.ReadAsync(epoch)).Head);
        if (rule == ConflictRule.LastWriteWins)
        {
            Assert.Equal(["v0", "v1", "v2", "v3", "v4"], (await _store.HistoryAsync(Shop, Www, Cancel)).Select(h => Text(h.Record)).Order());
        }
    }

    private static RecordPublish Record(string value) => new() { Key = Www, Value = Encoding.UTF8.GetBytes(value) };

    private ValueTask<WriteResult> Publish(string value, WritePrecondition precondition = default, string? id = null) =>
        _publisher.PublishAsync(Shop, Record(value) with { Precondition = precondition }, new WriteContext { ChangeId = id }, Cancel);
}
