using System.Text;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Simulation.Regions;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Simulation.Tests.Regions;

/// <summary>A read replica is a copy of its primary, whatever was missed meanwhile and wherever the primary had it from.</summary>
public sealed class MirrorTests
{
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");
    private readonly World _world = new(11);
    private readonly SimulatedRegion _primary;
    private readonly SimulatedRegion _replica;
    private readonly NetworkConditions _between = new();

    public MirrorTests()
    {
        _primary = new SimulatedRegion(_world, "eu");
        _replica = new SimulatedRegion(_world, "eu-replica");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ConflictRule.Reject)]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public async Task Outage_LongerThanLogAndTombstones_EndsIdentical(ConflictRule rule)
    {
        await BeginAsync(rule);
        Write("kept", "1");
        Write("deleted", "1");
        Write("begun-anew", "1");
        Agree();

        _between.IsRefused = true;
        Write("kept", "2");
        Delete("deleted");
        Delete("begun-anew");
        Pass(TimeSpan.FromMinutes(2));
        Write("begun-anew", "2");
        Write("new", "1");
        _primary.Store.Trim(Zone, long.MaxValue);
        Assert.DoesNotContain(_primary.Digests(Zone), d => d.Key.Name == "deleted");
        _between.IsRefused = false;
        Agree();

        // The primary says 404 of it and not 410, and so does the replica, at once.
        Assert.Null(AtOnce.Done(_replica.Store.FindAsync(Zone, new RecordKey("deleted", RecordKey.Doc), Cancel).AsTask()));
        Assert.Equal(_primary.Digests(Zone), _replica.Digests(Zone));
        Write("begun-anew", "3");
        Write("deleted", "2");
        Agree();
        Assert.Equal("2", Text(_replica, "deleted"));

        Pass(TimeSpan.FromMinutes(2));
        Write("kept", "3");
        Agree();
        Assert.Equal(_primary.Digests(Zone), _replica.Digests(Zone));
    }

    [Theory]
    [InlineData(ConflictRule.Reject)]
    [InlineData(ConflictRule.LastWriteWins)]
    [InlineData(ConflictRule.Siblings)]
    [InlineData(ConflictRule.Crdt)]
    public async Task Primary_LostItsTail_TheReplicaGoesBackWithIt(ConflictRule rule)
    {
        await BeginAsync(rule);
        Write("a", "1");
        Agree();
        Write("a", "2");
        Write("b", "1");
        Agree();
        _primary.Store.LoseTail(Zone, 2);
        _primary.Store.Restart();
        _ = await _primary.Store.OpenEpochAsync(Zone, 0, Cancel);
        Write("c", "1");
        Agree();
        Assert.Equal("1", Text(_replica, "a"));
        Assert.Null(Text(_replica, "b"));
    }

    [Fact]
    public async Task Primary_TakesFromAnotherRegion_TheReplicaHasThatToo()
    {
        var us = new SimulatedRegion(_world, "us");
        await us.Store.PutZoneAsync(new ZoneDefinition(Zone, Policy(ConflictRule.Crdt)), Cancel);
        _primary.Follow(us, TimeSpan.Zero, TimeSpan.Zero);
        await BeginAsync(ConflictRule.Crdt);
        Write("a", "5");
        Assert.True(AtOnce.Done(us.Publisher.PublishAsync(Zone, Of("b", "7"), default, Cancel).AsTask()).IsCommitted);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("7", Text(_primary, "b"));
        Agree();
        Assert.Equal("7", Text(_replica, "b"));
    }

    [Fact]
    public async Task Serial_OfTheReplica_IsThatOfThePrimaryAlsoAfterACompare()
    {
        await _primary.Store.PutZoneAsync(new ZoneDefinition(Zone, Policy(ConflictRule.LastWriteWins)) { FirstSoaSerial = 2026112500 }, Cancel);
        await BeginAsync(ConflictRule.LastWriteWins);
        Address("www", "192.0.2.1");
        Address("www", "192.0.2.2", serial: 2026112600);
        Agree();
        Assert.Equal(2026112600u, Serial(_replica));

        _between.IsRefused = true;
        for (var i = 1; i <= 20; i++)
        {
            Address($"www{i}", "192.0.2.1");
        }

        _primary.Store.Trim(Zone, long.MaxValue);
        _between.IsRefused = false;
        Agree();
        Assert.Equal(2026112620u, Serial(_primary));
        Assert.Equal(2026112620u, Serial(_replica));
    }

    /// <summary>One change there may be many commits here: each part of a compare is one.</summary>
    [Fact]
    public async Task Serial_OfTheReplica_DoesNotRunAheadInACompareOfManyParts()
    {
        await _primary.Store.PutZoneAsync(new ZoneDefinition(Zone, Policy(ConflictRule.LastWriteWins)) { FirstSoaSerial = 2026112500 }, Cancel);
        await BeginAsync(ConflictRule.LastWriteWins);
        Address("www", "192.0.2.1");
        Agree();
        _between.IsRefused = true;
        var batch = new WriteBatch { Publishes = [.. Enumerable.Range(0, 300).Select(i => new RecordPublish { Key = new RecordKey($"www{i}", "A"), Value = "192.0.2.1"u8.ToArray(), Ttl = 60 })] };
        Assert.True(AtOnce.Done(_primary.Publisher.BatchAsync(Zone, batch, default, Cancel).AsTask()).IsCommitted);
        _primary.Store.Trim(Zone, long.MaxValue);
        _between.IsRefused = false;
        Agree();
        Assert.Equal(2026112502u, Serial(_primary));
        Assert.Equal(2026112502u, Serial(_replica));
    }

    private static ZonePolicy Policy(ConflictRule rule) => ZonePolicy.Standard with { Conflict = rule, TombstoneGrace = TimeSpan.FromMinutes(1) };

    private static RecordPublish Of(string name, string value) => new() { Key = new RecordKey(name, RecordKey.Doc), Value = Encoding.UTF8.GetBytes(value) };

    private static string? Text(SimulatedRegion region, string name) =>
        region.Store.Read(s => s.FindAsync(Zone, new RecordKey(name, RecordKey.Doc), Cancel)) is { IsDeleted: false } record ? Encoding.UTF8.GetString(record.Value.Span) : null;

    private async Task BeginAsync(ConflictRule rule)
    {
        await _primary.Store.PutZoneAsync(new ZoneDefinition(Zone, Policy(rule)), Cancel);
        var node = _world.AddNode("replicator");
        var options = new ReplicatorOptions { Name = "replicator", Mirrors = true };
        var replicator = new Replicator(
            new StoreRegionLog(new StoreLink(node, _primary.Store, _between)), new StoreLink(node, _replica.Store, new NetworkConditions()), options, node.Time, new Random(3), NullLogger<Replicator>.Instance);
        node.Enter(() => _ = replicator.RunAsync(CancellationToken.None));
        Pass(TimeSpan.FromSeconds(2));
    }

    private void Address(string name, string address, uint? serial = null) => Assert.True(AtOnce.Done(_primary.Publisher.PublishAsync(
        Zone, new RecordPublish { Key = new RecordKey(name, "A"), Value = Encoding.UTF8.GetBytes(address), Ttl = 60 }, new WriteContext { SoaSerial = serial }, Cancel).AsTask()).IsCommitted);

    private static uint Serial(SimulatedRegion region) => region.Store.Read(s => s.ReadShardAsync(Zone.Shard, [new ZoneCursor(Zone, default, 0)], 1, Cancel)).Zones[0].SoaSerial;

    private void Write(string name, string value)
    {
        var key = new RecordKey(name, RecordKey.Doc);
        var seen = _primary.Store.Read(s => s.FindAsync(Zone, key, Cancel)) is { } state ? SiblingSet.Of(state).Vector : null;
        Assert.True(AtOnce.Done(_primary.Publisher.PublishAsync(Zone, Of(name, value) with { Seen = seen }, default, Cancel).AsTask()).IsCommitted);
    }

    private void Delete(string name) =>
        Assert.Equal(WriteOutcome.Committed, AtOnce.Done(_primary.Publisher.DeleteAsync(Zone, new RecordDelete { Key = new RecordKey(name, RecordKey.Doc) }, default, Cancel).AsTask()).Outcome);

    private void Pass(TimeSpan time) => _world.RunFor(time);

    /// <summary>What stands is the same state in both, to the last byte.</summary>
    private void Agree()
    {
        Pass(TimeSpan.FromSeconds(8));
        Assert.Equal(Standing(_primary), Standing(_replica));
    }

    private static IEnumerable<RecordDigest> Standing(SimulatedRegion region) =>
        [.. region.Store.Read(s => s.ListAsync(Zone, null, 1_000, Cancel)).Where(r => !r.IsDeleted).Select(RecordDigest.Of)];
}
