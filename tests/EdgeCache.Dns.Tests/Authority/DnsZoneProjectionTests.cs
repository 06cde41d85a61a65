using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Dns.Tests.Authority;

public sealed class DnsZoneProjectionTests
{
    private readonly LogZones _zones = new("shop.test");

    [Theory]
    [InlineData(1, 2, "CNAME")]
    [InlineData(2, 1, "A,TXT")]
    public void Apply_CnameBesideOtherDataFromTwoRegions_ShowsTheLaterWhateverCameFirst(long data, long alias, string shown)
    {
        RecordChange[] changes = [At("www", "A", "192.0.2.1", data), At("www", "TXT", "x", data), At("www", "CNAME", "other.test.", alias)];
        foreach (var order in new[] { new[] { 0, 1, 2 }, [2, 1, 0], [0, 2, 1] })
        {
            var zones = new LogZones("shop.test");
            foreach (var i in order)
            {
                zones.Commit(changes[i]);
            }

            Assert.Equal(shown, Types(zones));
            var built = (ZoneSnapshot)new DnsZoneProjection().Build(zones.State.View);
            Assert.Equal(shown, Types(built));
        }
    }

    [Fact]
    public void Apply_TheHiddenIsShownAgain_WhenWhatHidItGoes()
    {
        _zones.Commit(At("www", "A", "192.0.2.1", 1));
        _zones.Commit(At("www", "CNAME", "other.test.", 2));
        Assert.Equal("CNAME", Types(_zones));
        _zones.Commit(LogZones.Delete("www", "CNAME"));
        Assert.Equal("A", Types(_zones));
    }

    /// <summary>A copy of another store that was compared with it: data came under one serial, then the other's serial alone.</summary>
    [Fact]
    public void Apply_SerialMovesWithoutData_TellsNoDifferenceFromBefore()
    {
        _zones.Commit(At("www", "A", "192.0.2.1", 1));
        _zones.Commit(At("www", "A", "192.0.2.2", 2));
        var before = _zones.State.View;
        Assert.NotEqual(0, before.Projection<ZoneSnapshot>()!.Journal.Count);
        var entry = new LogEntry
        {
            Zone = before.Zone,
            Epoch = before.Epoch,
            Serial = before.Serial + 1,
            Nonce = 9,
            Previous = 8,
            ChangeId = "jump",
            Clock = default,
            Origin = new OriginStamp("eu", before.Epoch, 40),
            Change = new PurgeChange([Selector.Everything], PurgeMode.Hard),
            SoaSerial = before.SoaSerial + 5,
            CommittedAt = 0,
        };
        var after = new ZoneView(before.Zone, before.Epoch, before.Serial + 1, before.SoaSerial + 5, before.Records, []);

        var snapshot = (ZoneSnapshot)new DnsZoneProjection().Apply(before.Projection<ZoneSnapshot>()!, entry, after);

        Assert.Equal(before.SoaSerial + 5, snapshot.Serial);
        Assert.Equal(0, snapshot.Journal.Count);
        Assert.Equal("A", Types(snapshot));
    }

    private static string Types(LogZones zones) => Types(zones.State.View.Projection<ZoneSnapshot>()!);

    private static string Types(ZoneSnapshot snapshot)
    {
        Assert.True(DomainName.TryParse("www.shop.test.", out var name));
        var editor = new ZoneEditor(snapshot);
        return string.Join(',', (editor.Find(name.Wire)?.Sets ?? []).Select(s => RecordTypeText.Format(s.Type)).Order());
    }

    private static RecordChange At(string name, string type, string value, long clock) => new RecordChange(
        new Record
        {
            Key = new RecordKey(name, type),
            Value = Encoding.UTF8.GetBytes(value),
            ContentType = "text/plain",
            Ttl = 60,
            Version = new RecordVersion(clock, HybridTimestamp.From(clock, 0), "o"),
            CommittedAt = 0,
        },
        null);
}
