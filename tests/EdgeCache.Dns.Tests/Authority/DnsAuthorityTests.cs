using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

public sealed class DnsAuthorityTests
{
    private const string Soa = "SOA shop.test. hostmaster.shop.test.";
    private readonly LogZones _zone = new("shop.test");
    private readonly DnsAuthority _server;

    public DnsAuthorityTests() => _server = new DnsAuthority(new AuthorityOptions(), _zone.Follower, Asking.Time);

    [Fact]
    public void Publish_ChangeAndDelete_ShowWithTheEntry()
    {
        Assert.Equal($"NxDomain aa\nau shop.test. 60 {Soa} 100 3600 600 604800 60", Ask("www.shop.test", RecordType.A));
        _zone.Commit(LogZones.Put("www", "A", "192.0.2.77", 30));
        Assert.Equal("NoError aa\nan www.shop.test. 30 A 192.0.2.77", Ask("www.shop.test", RecordType.A));
        _zone.Commit(LogZones.Put("www", "A", "192.0.2.78\n192.0.2.79\n", 30));
        Assert.Equal("NoError aa\nan www.shop.test. 30 A 192.0.2.78\nan www.shop.test. 30 A 192.0.2.79", Ask("www.shop.test", RecordType.A));
        Assert.Equal($"NoError aa\nau shop.test. 60 {Soa} 102 3600 600 604800 60", Ask("www.shop.test", RecordType.AAAA));
        _zone.Commit(LogZones.Delete("www", "A"));
        Assert.StartsWith("NxDomain", Ask("www.shop.test", RecordType.A), StringComparison.Ordinal);
    }

    [Fact]
    public void PurgesAndDocuments_LeaveTheSerialAndTheSnapshotAlone()
    {
        _zone.Commit(LogZones.Put("www", "A", "192.0.2.77"));
        object before = _zone.State.View.Projections[0];
        _zone.Commit(LogZones.Purge());
        _zone.Commit(LogZones.Put("page", "DOC", "hello"));
        Assert.Same(before, _zone.State.View.Projections[0]);
        Assert.Equal(3, _zone.State.View.Serial);
        Assert.Contains(" 101 ", Ask("shop.test", RecordType.SOA), StringComparison.Ordinal);
    }

    [Fact]
    public void PublishedSoa_IsServed_WithTheSerialOfTheLog()
    {
        _zone.Commit(LogZones.Batch(LogZones.Put("@", "SOA", "ns1 admin 5 10 20 30 40"), LogZones.Put("@", "NS", "ns1\nns2.other.test.")));
        Assert.Equal("NoError aa\nan shop.test. 60 SOA ns1.shop.test. admin.shop.test. 101 10 20 30 40", Ask("shop.test", RecordType.SOA));
        Assert.Equal("NoError aa\nan shop.test. 60 NS ns1.shop.test.\nan shop.test. 60 NS ns2.other.test.", Ask("shop.test", RecordType.NS));
    }

    [Fact]
    public void Delegation_OfRecords_IsAReferralWithGlue()
    {
        _zone.Commit(LogZones.Batch(LogZones.Put("sub", "NS", "ns.sub"), LogZones.Put("ns.sub", "A", "127.0.0.13")));
        Assert.Equal("NoError\nau sub.shop.test. 60 NS ns.sub.shop.test.\nad ns.sub.shop.test. 60 A 127.0.0.13", Ask("www.sub.shop.test", RecordType.A));
    }

    [Fact]
    public void UnreadableRecord_IsLeftOut_AndTheRestAnswers()
    {
        _zone.Commit(LogZones.Batch(LogZones.Put("bad", "A", "not an address"), LogZones.Put("odd", "BOGUS", "x"), LogZones.Put("www", "A", "192.0.2.1")));
        Assert.StartsWith("NxDomain", Ask("bad.shop.test", RecordType.A), StringComparison.Ordinal);
        Assert.StartsWith("NoError", Ask("www.shop.test", RecordType.A), StringComparison.Ordinal);
    }

    [Fact]
    public void ZoneNotReadYet_IsServfail_NotAnEmptyZone()
    {
        FixedFollower.Show(_zone.State, new ZoneView(_zone.Name, default, 0, 0, System.Collections.Immutable.ImmutableDictionary<RecordKey, EdgeCache.Zones.Records.Record>.Empty, []));
        Assert.Equal("ServFail", Ask("www.shop.test", RecordType.A));
    }

    [Fact]
    public void CopyOfAPrimary_ThatHasNotComeSoFar_IsServfail_NotAPartOfTheZone()
    {
        var copy = new DnsAuthority(new AuthorityOptions { IsCopy = true }, _zone.Follower, Asking.Time);
        _zone.Commit(LogZones.Put("www", "A", "192.0.2.77"));
        Assert.Equal("ServFail", Ask("www.shop.test", RecordType.A, copy));
        Assert.Equal("ServFail", Ask("other.shop.test", RecordType.A, copy));

        ZoneView view = _zone.State.View;
        FixedFollower.Show(_zone.State, new ZoneView(view.Zone, view.Epoch, view.Serial, view.SoaSerial, view.Records, [.. view.Projections]) { Vector = [new OriginStamp("eu", new Epoch(3), 1)] });
        Assert.StartsWith("NoError", Ask("www.shop.test", RecordType.A, copy), StringComparison.Ordinal);
        Assert.StartsWith("NxDomain", Ask("other.shop.test", RecordType.A, copy), StringComparison.Ordinal);
    }

    [Fact]
    public void CopyThatKnowsNoZoneYet_IsServfail_NotRefused()
    {
        var copy = new DnsAuthority(new AuthorityOptions { IsCopy = true }, new FixedFollower(Asking.Time, 1), Asking.Time);
        Assert.Equal("ServFail", Ask("www.shop.test", RecordType.A, copy));
    }

    [Fact]
    public void ZonesOfTheOptions_AreServed_AndNoOthers()
    {
        var other = new DnsAuthority(new AuthorityOptions { Zones = [ZoneName.Parse("test")] }, _zone.Follower, Asking.Time);
        Assert.Equal("Refused", Ask("www.shop.test", RecordType.A, other));
        Assert.Equal("Refused", Ask("www.default", RecordType.A));
    }

    /// <summary>Nobody knows then whether the zone changed: who asks must not keep it for a day.</summary>
    [Fact]
    public void LogNotReachedPastMaxLag_EveryTtlIsTheDegradedOneAtMost()
    {
        _zone.Commit(LogZones.Batch(
            LogZones.Put("www", "A", "192.0.2.77", 3600), LogZones.Put("brief", "A", "192.0.2.78", 2), LogZones.Put("alias", "CNAME", "www", 3600),
            LogZones.Put("sub", "NS", "ns.sub", 86400), LogZones.Put("ns.sub", "A", "127.0.0.13", 3600)));
        foreach (var (health, lag, ttl, brief, none) in new[] { (PlaneHealth.Lagging, 3, 5, 2, 5), (PlaneHealth.Suspect, 3, 5, 2, 5), (PlaneHealth.Lagging, 1, 3600, 2, 60), (PlaneHealth.Healthy, 3, 3600, 2, 60) })
        {
            var time = new FakeTimeProvider(Asking.Time.GetUtcNow());
            time.Advance(TimeSpan.FromSeconds(lag));
            var server = new DnsAuthority(new AuthorityOptions(), new CutOff(_zone.Follower, health), time);
            Assert.Equal($"NoError aa\nan www.shop.test. {ttl} A 192.0.2.77", Ask("www.shop.test", RecordType.A, server));
            Assert.Equal($"NoError aa\nan brief.shop.test. {brief} A 192.0.2.78", Ask("brief.shop.test", RecordType.A, server));
            Assert.Equal($"NoError aa\nan alias.shop.test. {ttl} CNAME www.shop.test.\nan www.shop.test. {ttl} A 192.0.2.77", Ask("alias.shop.test", RecordType.A, server));
            Assert.Equal($"NxDomain aa\nau shop.test. {none} {Soa} 101 3600 600 604800 60", Ask("none.shop.test", RecordType.A, server));
            Assert.StartsWith($"NoError\nau sub.shop.test. {(ttl == 5 ? 5 : 86400)} NS", Ask("x.sub.shop.test", RecordType.A, server), StringComparison.Ordinal);
        }
    }

    private string Ask(string name, RecordType type, DnsAuthority? server = null)
    {
        byte[] response = new byte[1_232];
        QuerySource source = Asking.Udp;
        int length = (server ?? _server).Respond(Asking.Query(name, type, []), source, response);
        return Asking.Show(response[..length]);
    }

    /// <summary>A follower that has lost its store.</summary>
    private sealed class CutOff(FixedFollower inner, PlaneHealth health) : IFollower
    {
        public ZoneMap Zones => inner.Zones;

        public PlaneHealth HealthOf(ZoneState zone, long timestamp) => health;

        public ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation) => new(health);

        public ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation) => new(false);
    }
}
