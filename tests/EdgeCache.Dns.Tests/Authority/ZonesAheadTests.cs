using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

public sealed class ZonesAheadTests : IDisposable
{
    private const string Start = "$TTL 30\n@ SOA ns hostmaster 500 3600 600 604800 60\n@ NS ns\nns A 127.0.0.1\n";
    private readonly string _path = Path.GetTempFileName();
    private readonly LogZones _log = new("shop.test");
    private readonly ZonesAhead _ahead = new();
    private readonly DnsAuthority _server;

    public ZonesAheadTests() => _server = new DnsAuthority(new AuthorityOptions { Ahead = _ahead }, _log.Follower, Asking.Time);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void File_BeforeTheLogHasIt_IsAnswered_AndTheLogAfterwards()
    {
        _log.Commit(LogZones.Put("www", "A", "192.0.2.1"));
        _ahead.Show(_log.Name, Read("www A 192.0.2.2\n"), null);
        Assert.Equal("NoError aa\nan www.shop.test. 30 A 192.0.2.2", Ask("www.shop.test", RecordType.A));
        Assert.Contains(" 500 3600 ", Ask("shop.test", RecordType.SOA), StringComparison.Ordinal);

        _log.Commit(LogZones.Put("www", "A", "192.0.2.3"));
        Assert.Contains("192.0.2.2", Ask("www.shop.test", RecordType.A), StringComparison.Ordinal);
        _ahead.Settle(_log.Name);
        Assert.Contains("192.0.2.3", Ask("www.shop.test", RecordType.A), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(499u, 500u)]
    [InlineData(501u, 501u)]
    [InlineData(4294967000u, 500u)]
    [InlineData(2147484000u, 2147484000u)]
    public void Serial_OfAFileThatIsOlderThanWhatWasShown_DoesNotGoBack(uint known, uint shown)
    {
        _ahead.Show(_log.Name, Read(""), known);
        Assert.Contains($" {shown} 3600 ", Ask("shop.test", RecordType.SOA), StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownZone_WhileOthersAreAhead_IsNotReady_AndRefusedAfterwards()
    {
        _ahead.Show(_log.Name, Read(""), null);
        Assert.StartsWith("ServFail", Ask("www.other.test", RecordType.A), StringComparison.Ordinal);
        _ahead.Settle(_log.Name);
        Assert.StartsWith("Refused", Ask("www.other.test", RecordType.A), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transfer_OfAZoneThatIsAhead_IsNotGiven_AndIsAfterwards()
    {
        _ahead.Show(_log.Name, Read(""), null);
        Assert.StartsWith("ServFail", await TransferAsync(), StringComparison.Ordinal);
        _ahead.Settle(_log.Name);
        Assert.StartsWith("NoError", await TransferAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ttl_AboveThatOfRecords_IsShownAsTheLogWillShowIt()
    {
        _ahead.Show(_log.Name, Read("www 9999999 A 192.0.2.2\n"), null);
        Assert.Contains(" 604800 A ", Ask("www.shop.test", RecordType.A), StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithErrors_ChangesNothing()
    {
        _ahead.Show(_log.Name, Read("www A 1.2\n"), null);
        Assert.StartsWith("NxDomain", Ask("www.shop.test", RecordType.A), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.b A 192.0.2.1\n")]
    [InlineData("a.*.b A 192.0.2.1\n")]
    [InlineData("a.* A 192.0.2.1\n")]
    [InlineData("_x-Y.b A 192.0.2.1\n")]
    [InlineData("a\\.b A 192.0.2.1\n")]
    [InlineData("a.b* A 192.0.2.1\n")]
    [InlineData("a\\000 A 192.0.2.1\n")]
    [InlineData("0/26 A 192.0.2.1\n")]
    public void File_WithNamesOfAnyOctets_IsRead(string line) => Assert.Equal(4, Read(line).ToRecords().Count);

    private ZoneFile Read(string rest)
    {
        File.WriteAllText(_path, Start + rest, Encoding.UTF8);
        return ZoneFile.Read(_path, _log.Name);
    }

    private string Ask(string name, RecordType type)
    {
        byte[] response = new byte[WireLimits.MaxUdpPayload];
        return Asking.Show(response[.._server.Respond(Asking.Query(name, type, []), Asking.Udp, response)]);
    }

    private async Task<string> TransferAsync()
    {
        var sink = new FirstMessage();
        var loopback = new QuerySource(DnsTransport.Tcp, 0x7F000001, false, 4_000);
        await _server.RespondAsync(Asking.Query("shop.test", RecordType.AXFR), loopback, sink, TestContext.Current.CancellationToken);
        return Asking.Show(sink.Message);
    }

    private sealed class FirstMessage : IResponseSink
    {
        public byte[] Message { get; private set; } = [];

        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
        {
            Message = Message.Length == 0 ? message.ToArray() : Message;
            return ValueTask.FromResult(true);
        }
    }
}
