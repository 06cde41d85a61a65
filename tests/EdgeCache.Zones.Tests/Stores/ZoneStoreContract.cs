using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>What every store promises. Run unchanged against each of them.</summary>
public abstract partial class ZoneStoreContract : IAsyncLifetime
{
    private IZoneStore? _store;

    private IZoneStore Store => _store ?? throw new InvalidOperationException("not opened");

    protected abstract ValueTask<IZoneStore> OpenAsync();

    /// <summary>Lets the store's clock go on.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    public virtual async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        await Store.PutZoneAsync(Zone(), Cancel);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Commit_Publish_IsReadableAndInTheLogUnderOneSerial()
    {
        var result = await Store.PutAsync(Write(Value(Www, "192.0.2.1")));

        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        Assert.Equal(1, result.Position.Serial);
        Assert.Equal([true], result.Created);
        var record = await Store.GetAsync(Www);
        Assert.Equal("192.0.2.1", Text(record));
        Assert.Equal(1, record!.Version.Serial);
        Assert.Equal(["t1", "t2"], record.Tags);
        Assert.Equal(result.Written[0].Version, record.Version);
        var read = await Store.ReadAsync(result.Position.Epoch);
        var entry = Assert.Single(read.Entries);
        Assert.Equal(result.Position, entry.Position);
        Assert.Equal(read.HeadNonce, entry.Nonce);
        Assert.Equal(record.Version, Assert.IsType<RecordChange>(entry.Change).After.Version);
        Assert.Equal(record.CommittedAt, entry.CommittedAt);
        Assert.Equal(new OriginStamp("", read.Epoch, 1), entry.Origin);
    }

    [Fact]
    public async Task Commit_Several_ChainSerialsAndNonces()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.PutAsync(Purge($"t{i}"));
        }

        var read = await Store.ReadAsync();
        Assert.Empty(read.Entries);
        Assert.Equal((5, 1), (read.Head, read.First));
        read = await Store.ReadAsync(read.Epoch, 2, 2);
        Assert.Equal([3L, 4L], read.Entries.Select(e => e.Serial));
        var all = (await Store.ReadAsync(read.Epoch)).Entries;
        Assert.Equal(0UL, all[0].Previous);
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.Equal(pair.First.Nonce, pair.Second.Previous));
        Assert.Equal("t3", Assert.IsType<PurgeChange>(all[3].Change).Selectors[0].Value);
    }

    [Theory]
    [InlineData(GuardKind.Absent, false, true)]
    [InlineData(GuardKind.Absent, true, false)]
    [InlineData(GuardKind.Present, false, false)]
    [InlineData(GuardKind.Present, true, true)]
    public async Task Commit_GuardOnExistence_HoldsOrChangesNothing(GuardKind kind, bool exists, bool commits)
    {
        if (exists)
        {
            await Store.PutAsync(Write(Value(Www, "old")));
        }

        var before = (await Store.ReadAsync()).Head;
        var result = await Store.PutAsync(Write(Value(Www, "new", 2), new Guard(kind)));

        Assert.Equal(commits ? CommitOutcome.Committed : CommitOutcome.PreconditionFailed, result.Outcome);
        Assert.Equal(commits ? "new" : exists ? "old" : "(none)", Text(await Store.GetAsync(Www)));
        Assert.Equal(before + (commits ? 1 : 0), (await Store.ReadAsync()).Head);
        Assert.Equal(!commits && exists ? "old" : "(none)", Text(result.Current));
    }

    [Fact]
    public async Task Commit_GuardOnTombstone_CountsAsAbsent()
    {
        await Store.PutAsync(Write(Value(Www, "a")));
        await Store.PutAsync(Write(Tombstone(Www, 2)));
        Assert.True((await Store.GetAsync(Www))!.IsDeleted);

        Assert.Equal(CommitOutcome.PreconditionFailed, (await Store.PutAsync(Write(Value(Www, "b", 3), new Guard(GuardKind.Present)))).Outcome);
        var result = await Store.PutAsync(Write(Value(Www, "b", 3), new Guard(GuardKind.Absent)));
        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        Assert.Equal([true], result.Created);
    }

    [Fact]
    public async Task Commit_GuardOnVersion_HoldsForExactlyThatOne()
    {
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(Write(Value(Www, "a", 1), new Guard(GuardKind.Version)))).Outcome);
        Assert.Equal(CommitOutcome.PreconditionFailed, (await Store.PutAsync(Write(Value(Www, "x", 9), new Guard(GuardKind.Version)))).Outcome);
        Assert.Equal(CommitOutcome.PreconditionFailed, (await Store.PutAsync(Write(Value(Www, "x", 9), new Guard(GuardKind.Version, 1, HybridTimestamp.From(2, 0))))).Outcome);
        Assert.Equal(CommitOutcome.PreconditionFailed, (await Store.PutAsync(Write(Value(Www, "x", 9), new Guard(GuardKind.Version, 2, HybridTimestamp.From(1, 0))))).Outcome);
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(Write(Value(Www, "b", 2), new Guard(GuardKind.Version, 1, HybridTimestamp.From(1, 0))))).Outcome);
        Assert.Equal("b", Text(await Store.GetAsync(Www)));
    }

    [Theory]
    [InlineData(6, "o1", true)]
    [InlineData(4, "o9", false)]
    [InlineData(5, "o2", true)]
    [InlineData(5, "o1", true)]
    [InlineData(5, "o0", false)]
    public async Task Commit_NewerGuard_LaterClockThenOriginWinsAndLoserIsInTheHistory(long clock, string origin, bool wins)
    {
        await Store.PutAsync(Write(Value(Www, "standing", 5, "o1")));
        var result = await Store.PutAsync(Write(Value(Www, "challenger", clock, origin), new Guard(GuardKind.Newer)));

        Assert.Equal(CommitOutcome.Committed, result.Outcome);
        Assert.Equal(2, result.Position.Serial);
        Assert.Equal([wins ? null : HistoryReason.Older], result.Losers);
        Assert.Equal(wins ? "challenger" : "standing", Text(await Store.GetAsync(Www)));
        var history = await Store.HistoryAsync(Shop, Www, Cancel);
        Assert.Equal(["challenger", "standing"], history.Select(h => Text(h.Record)));
        Assert.Equal([wins ? null : HistoryReason.Older, null], history.Select(h => h.Reason));
        var entry = (await Store.ReadAsync(result.Position.Epoch, 1)).Entries[0];
        Assert.Equal(wins ? null : HistoryReason.Older, Assert.IsType<RecordChange>(entry.Change).Loser);
    }

    [Fact]
    public async Task Commit_NewerGuard_ClocksAreComparedAsNumbers()
    {
        // Bytes above 0x7f, and a short number against a long one: what a comparison of text gets wrong.
        await Store.PutAsync(Write(Value(Www, "a", 0x7fff)));
        await Store.PutAsync(Write(Value(Www, "b", 0x8001), new Guard(GuardKind.Newer)));
        await Store.PutAsync(Write(Value(Www, "c", 0x1_00_00), new Guard(GuardKind.Newer)));
        await Store.PutAsync(Write(Value(Www, "d", 0xffff), new Guard(GuardKind.Newer)));
        Assert.Equal("c", Text(await Store.GetAsync(Www)));
    }

    [Fact]
    public async Task Commit_BatchWithOneFailedGuard_ChangesNothing()
    {
        var mail = new RecordKey("mail", "A");
        var result = await Store.PutAsync(Commit(
            [new RecordWrite(Value(Www, "1"), default), new RecordWrite(Value(mail, "2"), new Guard(GuardKind.Present))], []));

        Assert.Equal(CommitOutcome.PreconditionFailed, result.Outcome);
        Assert.Null(await Store.GetAsync(Www));
        Assert.Equal(0, (await Store.ReadAsync()).Head);
    }

    [Fact]
    public async Task Commit_Batch_IsOneEntryInOrder()
    {
        var mail = new RecordKey("mail", "A");
        await Store.PutAsync(Write(Value(mail, "0")));
        var result = await Store.PutAsync(Commit(
            [new RecordWrite(Value(Www, "1"), default), new RecordWrite(Tombstone(mail, 2), default)],
            [new PurgeChange([Selector.Everything, new Selector(SelectorKind.Name, "www", "A")], PurgeMode.Hard, 250)]));

        var entry = Assert.Single((await Store.ReadAsync(result.Position.Epoch, 1)).Entries);
        var batch = Assert.IsType<BatchChange>(entry.Change).Changes;
        Assert.Equal(3, batch.Count);
        Assert.Equal(Www, Assert.IsType<RecordChange>(batch[0]).After.Key);
        Assert.Equal("0", Text(Assert.IsType<RecordChange>(batch[1]).Before));
        var purge = Assert.IsType<PurgeChange>(batch[2]);
        Assert.Equal((PurgeMode.Hard, 250), (purge.Mode, purge.SettleMilliseconds));
        Assert.Equal([Selector.Everything, new Selector(SelectorKind.Name, "www", "A")], purge.Selectors);
        Assert.Equal([true, false], result.Created);
    }

    [Fact]
    public async Task Commit_OfAWholeZoneTwice_CreatesAllAndThenKnowsWhatStoodBefore()
    {
        static RecordWrite[] Zone(string value, int clock) => [.. Enumerable.Range(0, BatchChange.MaxChanges + 1).Select(i => new RecordWrite(Value(new RecordKey($"n{i}", "A"), value, clock), default))];
        var first = await Store.PutAsync(Commit(Zone("1", 1), []));
        var second = await Store.PutAsync(Commit(Zone("2", 2), []));

        Assert.All(first.Created, Assert.True);
        Assert.All(second.Created, Assert.False);
        var entry = Assert.Single((await Store.ReadAsync(second.Position.Epoch, 1)).Entries);
        Assert.All(Assert.IsType<BatchChange>(entry.Change).Changes, c => Assert.Equal("1", Text(Assert.IsType<RecordChange>(c).Before)));
    }

    [Fact]
    public async Task Commit_SameChangeId_AnswersTheFirstResultForTenMinutes()
    {
        var first = await Store.PutAsync(Write(Value(Www, "first"), id: "same"));
        await Store.PutAsync(Write(Value(Www, "other", 2)));
        await PassAsync(TimeSpan.FromMinutes(9));
        var again = await Store.PutAsync(Write(Value(Www, "first", 3), new Guard(GuardKind.Absent), "same"));

        Assert.True(again.WasRepeat);
        Assert.Equal(CommitOutcome.Committed, again.Outcome);
        Assert.Equal(first.Position, again.Position);
        Assert.Equal(first.Written[0].Version, again.Written[0].Version);
        Assert.Equal([true], again.Created);
        Assert.Equal("other", Text(await Store.GetAsync(Www)));

        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.False((await Store.PutAsync(Write(Value(Www, "late", 4), id: "same"))).WasRepeat);
    }

    [Fact]
    public async Task Commit_ChangeIdOfAnotherChange_IsRefused()
    {
        await Store.PutAsync(Write(Value(Www, "a"), id: "id") with { Fingerprint = 1 });
        Assert.Equal(CommitOutcome.ChangeIdReused, (await Store.PutAsync(Write(Value(Www, "b", 2), id: "id") with { Fingerprint = ulong.MaxValue })).Outcome);
        Assert.True((await Store.PutAsync(Write(Value(Www, "a", 2), id: "id") with { Fingerprint = 1 })).WasRepeat);
    }

    [Fact]
    public async Task Commit_SoaSerial_MovesOnlyWithDnsVisibleChanges()
    {
        var start = (await Store.ReadAsync()).SoaSerial;
        Assert.NotEqual(0U, start);
        await Store.PutAsync(Purge("t"));
        await Store.PutAsync(Write(Value(new RecordKey("page", RecordKey.Doc), "x")));
        Assert.Equal(start, (await Store.ReadAsync()).SoaSerial);

        await Store.PutAsync(Write(Value(Www, "a", 5)));
        Assert.Equal(start + 1, (await Store.ReadAsync()).SoaSerial);
        await Store.PutAsync(Write(Value(Www, "loses", 4), new Guard(GuardKind.Newer)));
        Assert.Equal(start + 1, (await Store.ReadAsync()).SoaSerial);

        await Store.PutAsync(Write(Value(Www, "b", 6)) with { SoaSerial = start + 100 });
        await Store.PutAsync(Write(Value(Www, "c", 7)) with { SoaSerial = start });
        var read = await Store.ReadAsync();
        Assert.Equal(start + 101, read.SoaSerial);
        Assert.Equal(start + 100, (await Store.ReadAsync(read.Epoch, 4)).Entries[0].SoaSerial);
    }

    [Fact]
    public async Task Commit_DnsType_CarriesTheStateBefore()
    {
        var page = new RecordKey("page", RecordKey.Doc);
        await Store.PutAsync(Write(Value(Www, "old")));
        await Store.PutAsync(Write(Value(page, "old")));
        await Store.PutAsync(Write(Value(Www, "new", 2)));
        await Store.PutAsync(Write(Value(page, "new", 2)));

        var read = await Store.ReadAsync();
        var changes = (await Store.ReadAsync(read.Epoch)).Entries.Select(e => Assert.IsType<RecordChange>(e.Change)).ToList();
        Assert.Equal(["(none)", "(none)", "old", "(none)"], changes.Select(c => Text(c.Before)));
        Assert.Equal(1, changes[2].Before!.Version.Serial);
        Assert.Equal(["t1", "t2"], changes[2].Before!.Tags);
    }

    [Fact]
    public async Task List_Pages_InKeyOrderWithTombstones()
    {
        foreach (var name in new[] { "b", "a", "@", "a.b", "*" })
        {
            await Store.PutAsync(Write(Value(new RecordKey(name, "A"), name)));
            await Store.PutAsync(Write(Value(new RecordKey(name, "TXT"), name)));
        }

        await Store.PutAsync(Write(Tombstone(new RecordKey("b", "A"), 2)));
        var seen = new List<RecordKey>();
        RecordKey? after = null;
        while (await Store.ListAsync(Shop, after, 3, Cancel) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(r => r.Key));
            after = page[^1].Key;
        }

        Assert.Equal(["*/A", "*/TXT", "@/A", "@/TXT", "a/A", "a/TXT", "a.b/A", "a.b/TXT", "b/A", "b/TXT"], seen.Select(k => k.ToString()));
    }

    [Fact]
    public async Task Commit_ManyAtOnce_EachHasItsOwnSerial()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => Store.PutAsync(Write(Value(new RecordKey($"n{i}", "A"), "x"))))));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), results.Select(r => r.Position.Serial).Order());
        var epoch = results[0].Position.Epoch;
        var entries = (await Store.ReadAsync(epoch)).Entries;
        Assert.Equal(200, entries.Count);
        Assert.All(entries.Zip(entries.Skip(1)), pair => Assert.Equal(pair.First.Nonce, pair.Second.Previous));
    }

    [Fact]
    public async Task Commit_LargestValue_RoundTrips()
    {
        var value = new byte[EdgeCache.Zones.Records.Record.MaxValueLength];
        new Random(1).NextBytes(value);
        var key = new RecordKey("big", RecordKey.Doc);
        var state = Value(key, "") with { Value = value, ContentType = "application/x-unusual; q=\"ü\"", Context = new byte[] { 0, 255, 1 } };
        var result = await Store.PutAsync(Write(state));
        var record = await Store.GetAsync(key);
        Assert.Equal(value, record!.Value.ToArray());
        Assert.Equal(state.ContentType, record.ContentType);
        Assert.Equal([0, 255, 1], record.Context.ToArray());
        Assert.Equal(value, Assert.IsType<RecordChange>((await Store.ReadAsync(result.Position.Epoch)).Entries[0].Change).After.Value.ToArray());
    }

    [Fact]
    public async Task ReplaceValue_TwoWritersKnowTheSame_OneOfThemWins()
    {
        Assert.Null(await Store.ReadValueAsync("keys", Cancel));
        Assert.True(await Store.ReplaceValueAsync("keys", null, "a", Cancel));
        Assert.False(await Store.ReplaceValueAsync("keys", null, "b", Cancel));
        Assert.False(await Store.ReplaceValueAsync("keys", "b", "c", Cancel));
        Assert.True(await Store.ReplaceValueAsync("keys", "a", "c", Cancel));
        Assert.Equal("c", await Store.ReadValueAsync("keys", Cancel));
    }
}
