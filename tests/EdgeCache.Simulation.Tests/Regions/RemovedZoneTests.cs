using System.Text;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Simulation.Regions;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Simulation.Tests.Regions;

/// <summary>A zone that was removed at the primary goes at its replica; one that the primary merely lacks does not.</summary>
public sealed class RemovedZoneTests
{
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");
    private static readonly ZoneName Other = ZoneName.Parse("other.test");
    private readonly World _world = new(13);
    private readonly SimulatedRegion _primary;
    private readonly SimulatedRegion _replica;
    private readonly NetworkConditions _between = new();
    private WorldNode? _node;

    public RemovedZoneTests()
    {
        _primary = new SimulatedRegion(_world, "eu");
        _replica = new SimulatedRegion(_world, "eu-replica");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Removed_GoesAtTheReplica_WithItsRecords(bool hasRecords)
    {
        await BeginAsync(hasRecords);
        await RemoveAsync(_primary);
        Pass();
        Assert.Null(Find(_replica));
        Assert.NotNull(Find(_replica, Other));
        Assert.Empty(_replica.Digests(Zone));
    }

    [Fact]
    public async Task Removed_WhileTheReplicaWasDown_GoesWhenItIsBack()
    {
        await BeginAsync();
        _node!.Crash();
        await RemoveAsync(_primary);
        Pass();
        Assert.NotNull(Find(_replica));
        Start();
        Pass();
        Assert.Null(Find(_replica));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RemovedAndMadeAgain_IsTheNewOne(bool wasCutOff)
    {
        await BeginAsync();
        _between.IsRefused = wasCutOff;
        await RemoveAsync(_primary);
        await _primary.Store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard with { Conflict = ConflictRule.Reject }), Cancel);
        Write(Zone, "new");
        Pass();
        _between.IsRefused = false;
        Pass();
        Assert.Equal(["new"], Names());
        Assert.Equal(ConflictRule.Reject, Find(_replica)!.Policy.Conflict);

        // The note of the first removal is not taken for one of the second zone.
        Pass();
        Write(Zone, "later");
        Pass();
        Assert.Equal(["later", "new"], Names());
    }

    [Fact]
    public async Task PrimaryUnreachable_RemovesNothing()
    {
        await BeginAsync();
        _between.IsRefused = true;
        Pass();
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public async Task PrimaryLacksIt_ButDoesNotSayThatItWasRemoved_RemovesNothing()
    {
        // An emptied store whose origin was started again, or another one at its address: no zone, and nothing of a removal.
        await BeginAsync();
        await _primary.Store.DeleteZoneAsync(Zone, Cancel);
        Pass();
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public async Task RemovedThere_ButNeverTakenFromThere_Stays()
    {
        await BeginAsync();
        var own = ZoneName.Parse("own.test");
        await _replica.Store.PutZoneAsync(new ZoneDefinition(own, ZonePolicy.Standard), Cancel);
        await RemovedZones.NoteAsync(_primary.Store, own, Cancel);
        Pass();
        Assert.NotNull(Find(_replica, own));
    }

    [Fact]
    public async Task RemovedHere_WhereBothRegionsWrite_DoesNotComeBackFromTheOther()
    {
        await _primary.Store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), Cancel);
        var us = new SimulatedRegion(_world, "us");
        us.Follow(_primary, TimeSpan.Zero, TimeSpan.Zero);
        Pass();
        Assert.NotNull(Find(us));
        us.Replicators[0].Node.Crash();
        await RemoveAsync(us);
        us.Follow(_primary, TimeSpan.Zero, TimeSpan.Zero);
        Pass();
        Assert.Null(Find(us));
        Assert.NotNull(Find(_primary));

        // Made here again, it is followed again.
        await us.Store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), Cancel);
        Write(Zone, "a");
        Pass();
        Assert.Single(us.Digests(Zone));
    }

    [Fact]
    public async Task Notes_AreBounded_AndTheLatestAreKept()
    {
        for (var i = 0; i <= RemovedZones.MaxKept; i++)
        {
            await RemovedZones.NoteAsync(_primary.Store, ZoneName.Parse($"z{i}.test"), Cancel);
        }

        var kept = await RemovedZones.ReadAsync(_primary.Store, Cancel);
        Assert.Equal(RemovedZones.MaxKept, kept.Count);
        Assert.Equal($"z{RemovedZones.MaxKept}.test", kept[0].Value);
        Assert.DoesNotContain(ZoneName.Parse("z0.test"), kept);
    }

    private async Task BeginAsync(bool hasRecords = true)
    {
        foreach (var zone in new[] { Zone, Other })
        {
            await _primary.Store.PutZoneAsync(new ZoneDefinition(zone, ZonePolicy.Standard), Cancel);
        }

        if (hasRecords)
        {
            Write(Zone, "a");
        }

        Start();
        Pass();
        Assert.NotNull(Find(_replica));
    }

    private void Start()
    {
        _node = _world.AddNode("replicator");
        var replicator = new Replicator(
            new StoreRegionLog(new StoreLink(_node, _primary.Store, _between)), new StoreLink(_node, _replica.Store, new NetworkConditions()),
            new ReplicatorOptions { Name = "replicator", Mirrors = true }, _node.Time, new Random(3), NullLogger<Replicator>.Instance);
        _node.Enter(() => _ = replicator.RunAsync(CancellationToken.None));
    }

    /// <summary>As the admin API does it.</summary>
    private static async Task RemoveAsync(SimulatedRegion region)
    {
        await RemovedZones.NoteAsync(region.Store, Zone, Cancel);
        Assert.True(await region.Store.DeleteZoneAsync(Zone, Cancel));
    }

    private void Write(ZoneName zone, string name) => Assert.True(AtOnce.Done(_primary.Publisher.PublishAsync(
        zone, new RecordPublish { Key = new RecordKey(name, RecordKey.Doc), Value = Encoding.UTF8.GetBytes("1") }, default, Cancel).AsTask()).IsCommitted);

    private void Pass() => _world.RunFor(TimeSpan.FromSeconds(8));

    private static ZoneDefinition? Find(SimulatedRegion region, ZoneName? zone = null) => region.Store.Read(s => s.ReadDirectoryAsync(Cancel)).Find(zone ?? Zone);

    private IEnumerable<string> Names() => _replica.Store.Read(s => s.ListAsync(Zone, null, 100, Cancel)).Where(r => !r.IsDeleted).Select(r => r.Key.Name);
}
