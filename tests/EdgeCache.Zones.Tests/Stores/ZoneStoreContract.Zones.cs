using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores;

/// <summary>What every store promises about zones as a whole: their directory, epochs, replicas, nodes and hints.</summary>
public abstract partial class ZoneStoreContract
{
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
            Unproven = [new UnprovenSpan(new Position(Shop, new Epoch(7), 3), 1)],
        };
        await Store.ReportAsync(Report("edge-a", 2_000), Cancel);
        await Store.ReportAsync(Report("edge-b", 60_000), Cancel);
        var nodes = await Store.NodesAsync(Cancel);
        Assert.Equal(["edge-a", "edge-b"], nodes.Select(n => n.Node));
        Assert.Equal([new Position(Shop, new Epoch(7), 3)], nodes[0].Positions);
        Assert.Equal([new UnprovenSpan(new Position(Shop, new Epoch(7), 3), 1)], nodes[0].Unproven);
        Assert.Equal(2, await Store.CountNodesAsync(Cancel));
        Assert.Equal((12L, 2L, 1L), (nodes[0].HorizonAgeMilliseconds, nodes[0].GapsRepaired, nodes[0].Resyncs));

        await PassAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(["edge-b"], (await Store.NodesAsync(Cancel)).Select(n => n.Node));
        Assert.Equal(1, await Store.CountNodesAsync(Cancel));
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
}
