using System.Collections.Immutable;
using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>A large zone is made anew while it is asked: no query waits for it, and none sees half of it.</summary>
public sealed class ZoneSwapTests
{
    private const int Names = 100_000;
    private const int Asked = 50;
    private readonly LogZones _zone = new("shop.test");
    private readonly DnsAuthority _server;

    public ZoneSwapTests() => _server = new DnsAuthority(new AuthorityOptions(), _zone.Follower, Asking.Time);

    [Fact]
    public async Task LargeZone_MadeAnew_IsAnsweredAllTheWhile()
    {
        Show(Made(1));
        Task<ZoneView> making = Task.Run(() => Made(2));
        int during = 0;
        for (int i = 0; !making.IsCompleted || during < Asked; i = (i + 7_919) % Names)
        {
            // Each is answered at once by the version before, on a thread that knows nothing of the one that makes the next.
            Assert.Equal(1, VersionAt(i));
            during++;
        }

        Show(await making);
        for (int i = 0; i < Names; i += 997)
        {
            Assert.Equal(2, VersionAt(i));
        }

        Assert.True(during > Asked, $"{during} answers while the zone was made anew");
    }

    [Fact]
    public async Task Batches_WhileAsked_NeverShowTwoVersionsOfOneBatch()
    {
        Show(Made(1));
        var committing = Task.Run(() =>
        {
            for (int version = 2; version <= 40; version++)
            {
                _zone.Commit(LogZones.Batch(LogZones.Put("n00000", "A", $"10.{version}.0.1"), LogZones.Put("n99999", "A", $"10.{version}.0.1")));
            }
        });
        int last = 1;
        while (last < 40)
        {
            // Asked first, the first is never newer than the second, nor older than what was seen before.
            int first = VersionAt(0);
            int second = VersionAt(99_999);
            Assert.InRange(first, last, second);
            last = second;
        }

        await committing;
    }

    private int VersionAt(int index)
    {
        string answer = Ask(Asking.Query($"n{index:00000}.shop.test", RecordType.A));
        int at = answer.IndexOf(" A 10.", StringComparison.Ordinal);
        Assert.True(at > 0, answer);
        string rest = answer[(at + 6)..];
        return int.Parse(rest[..rest.IndexOf('.', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Ask(byte[] query)
    {
        byte[] response = new byte[WireLimits.MaxUdpPayload];
        return Asking.Show(response[.._server.Respond(query, Asking.Udp, response)]);
    }

    private void Show(ZoneView view) => FixedFollower.Show(_zone.State, view);

    private ZoneView Made(int version)
    {
        ImmutableDictionary<RecordKey, Record>.Builder records = ImmutableDictionary.CreateBuilder<RecordKey, Record>();
        byte[] value = Encoding.ASCII.GetBytes($"10.{version}.0.1");
        for (int i = 0; i < Names; i++)
        {
            var key = new RecordKey($"n{i:00000}", "A");
            records[key] = new Record { Key = key, Value = value, ContentType = "text/plain", Ttl = 60, Version = default, CommittedAt = 0 };
        }

        var bare = new ZoneView(_zone.Name, new Epoch(7), version, (uint)version, records.ToImmutable(), []);
        return new ZoneView(bare.Zone, bare.Epoch, bare.Serial, bare.SoaSerial, bare.Records, [new DnsZoneProjection().Build(bare)]);
    }
}
