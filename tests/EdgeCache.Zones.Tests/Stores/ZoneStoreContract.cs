using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
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
    public async Task Tombstone_FollowedByAValue_TheValueOutlivesTheGrace()
    {
        await Store.PutAsync(Write(Tombstone(Www, 1)));
        await Store.PutAsync(Write(Value(Www, "back", 2)));
        await PassAsync(TimeSpan.FromHours(25));
        await Store.PutAsync(Purge("x"));
        Assert.Equal("back", Text(await Store.GetAsync(Www)));
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
    public async Task Commit_UnknownZone_SaysSo()
    {
        Assert.True(await Store.DeleteZoneAsync(Shop, Cancel));
        Assert.False(await Store.DeleteZoneAsync(Shop, Cancel));
        Assert.Equal(CommitOutcome.UnknownZone, (await Store.PutAsync(Purge("t"))).Outcome);
        Assert.False((await Store.ReadAsync()).Exists);
    }

    [Fact]
    public async Task Zone_DeletedAndMadeAgain_HasAnotherEpochAndNothingOfTheOld()
    {
        var old = (await Store.PutAsync(Write(Value(Www, "a")))).Position;
        await Store.DeleteZoneAsync(Shop, Cancel);
        await Store.PutZoneAsync(Zone(), Cancel);

        var read = await Store.ReadAsync(old.Epoch);
        Assert.True(read.Exists);
        Assert.NotEqual(old.Epoch, read.Epoch);
        Assert.Empty(read.Entries);
        Assert.Equal(0, read.Head);
        Assert.Null(await Store.GetAsync(Www));
        Assert.Empty(await Store.HistoryAsync(Shop, Www, Cancel));
    }

    [Fact]
    public async Task OpenEpoch_RecordsStayAndTheLogBeginsAgain()
    {
        var old = (await Store.PutAsync(Write(Value(Www, "a"), id: "id"))).Position;
        var soa = (await Store.ReadAsync()).SoaSerial;
        var epoch = await Store.OpenEpochAsync(Shop, 0, Cancel);

        var read = await Store.ReadAsync(old.Epoch, 1);
        Assert.NotEqual(old.Epoch, epoch);
        Assert.Equal(epoch, read.Epoch);
        Assert.Equal((0, 1), (read.Head, read.First));
        Assert.True(SoaSerial.IsLater(read.SoaSerial, soa));
        Assert.Equal("a", Text(await Store.GetAsync(Www)));
        var next = await Store.PutAsync(Purge("t"));
        Assert.Equal(new Position(Shop, epoch, 1), next.Position);
    }

    [Fact]
    public async Task Directory_AnyChange_MovesItsVersion()
    {
        var before = await Store.ReadDirectoryAsync(Cancel);
        Assert.Contains(before.Zones, z => z.Zone == ZoneName.Default);
        var policy = new ZonePolicy
        {
            Conflict = ConflictRule.Reject,
            ConflictByType = new Dictionary<string, ConflictRule> { ["DOC"] = ConflictRule.Siblings },
            Hosts = ["localhost", "127.0.0.1"],
            Authority = RouteAuthority.Log,
            Resolver = ResolverMode.Ttl,
            MaxLag = TimeSpan.FromMilliseconds(1500),
            HomeRegion = "eu",
        };
        await Store.PutZoneAsync(Zone(policy), Cancel);
        var after = await Store.ReadDirectoryAsync(Cancel);

        Assert.True(after.Version > before.Version);
        var read = after.Find(Shop)!.Policy;
        Assert.Equal((policy.Conflict, policy.Authority, policy.Resolver, policy.MaxLag, policy.HomeRegion), (read.Conflict, read.Authority, read.Resolver, read.MaxLag, read.HomeRegion));
        Assert.Equal(policy.Hosts, read.Hosts);
        Assert.Equal(ConflictRule.Siblings, read.RuleFor(new RecordKey("x", "DOC")));
        Assert.Equal(TimeSpan.FromHours(1), read.RetentionTime);
    }

    [Fact]
    public async Task Replica_TakenOnlyAsTheNextOfItsRegionAndKeepsItsVersions()
    {
        var there = new Epoch(0xFFFF_0000_1234_5678);
        CommitRequest From(long serial) => Write(Value(Www, $"v{serial}", serial) with { Version = new RecordVersion(serial + 40, HybridTimestamp.From(serial, 0), "far") }) with
        {
            Origin = new OriginStamp("us", there, serial),
        };

        Assert.Equal(CommitOutcome.OutOfOrder, (await Store.PutAsync(From(2))).Outcome);
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(From(1))).Outcome);
        Assert.Equal(CommitOutcome.OutOfOrder, (await Store.PutAsync(From(1))).Outcome);
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(From(2))).Outcome);
        var read = await Store.ReadAsync();
        Assert.Equal([new OriginStamp("us", there, 2)], read.Vector);
        Assert.Equal(42, (await Store.GetAsync(Www))!.Version.Serial);
        var entry = (await Store.ReadAsync(read.Epoch, 1)).Entries[0];
        Assert.Equal(new OriginStamp("us", there, 2), entry.Origin);
        Assert.Equal((2, 42), (entry.Serial, Assert.IsType<RecordChange>(entry.Change).After.Version.Serial));

        // A full compare jumps; an entry without effect still moves the vector.
        var jump = Commit([], []) with { Origin = new OriginStamp("us", there, 90), OriginBefore = new OriginStamp("us", there, 2) };
        Assert.Equal(CommitOutcome.Committed, (await Store.PutAsync(jump)).Outcome);
        Assert.Equal(CommitOutcome.OutOfOrder, (await Store.PutAsync(jump)).Outcome);
        Assert.Equal([new OriginStamp("us", there, 90)], (await Store.ReadAsync()).Vector);
        Assert.Empty(Assert.IsType<BatchChange>((await Store.ReadAsync(read.Epoch, 2)).Entries[0].Change).Changes);
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

    [Fact]
    public async Task Nodes_SilentForTheirLifetime_AreGone()
    {
        NodeReport Report(string node, long lease) => new()
        {
            Node = node,
            Role = "edge",
            Instance = "i1",
            Positions = [new Position(Shop, new Epoch(7), 3)],
            HorizonAgeMilliseconds = 12,
            ReportedAt = 1,
            LeaseMilliseconds = lease,
            GapsRepaired = 2,
            Resyncs = 1,
        };
        await Store.ReportAsync(Report("edge-a", 2_000), Cancel);
        await Store.ReportAsync(Report("edge-b", 60_000), Cancel);
        var nodes = await Store.NodesAsync(Cancel);
        Assert.Equal(["edge-a", "edge-b"], nodes.Select(n => n.Node));
        Assert.Equal([new Position(Shop, new Epoch(7), 3)], nodes[0].Positions);
        Assert.Equal((12L, 2L, 1L), (nodes[0].HorizonAgeMilliseconds, nodes[0].GapsRepaired, nodes[0].Resyncs));

        await PassAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(["edge-b"], (await Store.NodesAsync(Cancel)).Select(n => n.Node));
    }

    [Fact]
    public async Task Subscribe_Commit_HintsAfterItIsReadable()
    {
        var hints = System.Threading.Channels.Channel.CreateUnbounded<Hint>();
        using var subscription = Store.Subscribe(h => hints.Writer.TryWrite(h));
        // A subscription takes a moment to reach the store, and a hint may be lost: what comes is of a commit that can be read.
        var arrived = false;
        for (var i = 0; i < 60 && !arrived; i++)
        {
            await Store.PutAsync(Purge("t"));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            arrived = await hints.Reader.WaitToReadAsync(limit.Token).AsTask().ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default);
        }

        Assert.True(hints.Reader.TryRead(out var hint));
        var entry = Assert.Single((await Store.ReadAsync(hint.Epoch, hint.Serial - 1, 1)).Entries);
        Assert.Equal((Shop, entry.Nonce), (hint.Zone, hint.Entry!.Nonce));
        Assert.Equal("t", Assert.IsType<PurgeChange>(hint.Entry.Change).Selectors[0].Value);

        Assert.Equal(CommitOutcome.PreconditionFailed, (await Store.PutAsync(Write(Value(Www, "a"), new Guard(GuardKind.Present)))).Outcome);
        Assert.False(hints.Reader.TryRead(out _));
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
