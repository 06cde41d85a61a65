using System.Text;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.QueryLog;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.QueryLog;

public sealed class LoggedResponderTests
{
    private const string Start = "2023-11-14T22:13:20.000Z 198.51.100.100 4000 udp ";
    private readonly List<string> _lines = [];
    private readonly LogZones _zone = new("shop.test");
    private readonly LoggedResponder _server;

    public LoggedResponderTests()
    {
        _zone.Commit(LogZones.Put("www", "A", "192.0.2.1\n192.0.2.2"));
        _server = new LoggedResponder(new DnsAuthority(new AuthorityOptions(), _zone.Follower, Asking.Time), Take, "ns-1", Asking.Time);
    }

    [Fact]
    public void Answer_IsOneLine_WithWhatWasAskedAndGiven()
    {
        int length = Ask(Asking.Query("wWw.shop.test", RecordType.A, []));
        Assert.Equal($"{Start}wWw.shop.test. A IN NOERROR aa 2 {length} 0.000000 ns-1", Assert.Single(_lines));
    }

    [Theory]
    [InlineData("none.shop.test", "none.shop.test. A IN NXDOMAIN aa 0")]
    [InlineData("other.test", "other.test. A IN REFUSED - 0")]
    [InlineData(".", ". A IN REFUSED - 0")]
    [InlineData(@"a\032b\010\027.shop.test", @"a\032b\010\027.shop.test. A IN NXDOMAIN aa 0")]
    public void Names_AndCodes_AreWritten_AndNothingAStrangerSendsSplitsALine(string name, string expected)
    {
        Ask(Asking.Query(name, RecordType.A));
        Assert.StartsWith(Start + expected, Assert.Single(_lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Version_ThatIsNotKnown_IsWrittenWithTheBitsOfTheOptRecord()
    {
        byte[] query = Asking.Query("www.shop.test", RecordType.A, []);
        query[^5] = 1;
        Ask(query);
        Assert.Contains(" BADVERS ", Assert.Single(_lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1234", "- - - - - 0 0 ")]
    [InlineData("123480000001000000000000", "- - - - - 0 0 ")]
    [InlineData("123400000001000000000000C0", "- - - FORMERR - 0 12 ")]
    public void Packets_ThatAreNoQueries_AreLinesToo(string hex, string expected)
    {
        Ask(Convert.FromHexString(hex));
        Assert.Contains(expected, Assert.Single(_lines), StringComparison.Ordinal);
    }

    [Fact]
    public void LongestName_OfUnprintableOctets_HasRoom()
    {
        byte[] label = [63, .. Enumerable.Repeat((byte)7, 63)];
        byte[] name = [.. label, .. label, .. label, 61, .. label[1..62], 0];
        Ask([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name, 0, 1, 0, 1]);
        Assert.EndsWith(" ns-1", Assert.Single(_lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transfer_IsOneLine_WithAllItsRecords()
    {
        var loopback = new QuerySource(DnsTransport.Tcp, 0x7F000001, false, 4_000);
        await _server.RespondAsync(Asking.Query("shop.test", RecordType.AXFR), loopback, new Nowhere(), TestContext.Current.CancellationToken);
        Assert.Contains(" 127.0.0.1 4000 tcp shop.test. AXFR IN NOERROR aa 4 ", Assert.Single(_lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Sink_ThatHasNoRoom_CostsNoAnswer()
    {
        var server = new LoggedResponder(new DnsAuthority(new AuthorityOptions(), _zone.Follower, Asking.Time), static _ => false, "ns-1", Asking.Time);
        Assert.True(server.Respond(Asking.Query("www.shop.test", RecordType.A), Asking.Udp, new byte[512]) > 0);
    }

    private int Ask(byte[] query) => _server.Respond(query, Asking.Udp, new byte[WireLimits.MaxUdpPayload]);

    private bool Take(ReadOnlySpan<byte> line)
    {
        Assert.Equal(line.Length - 1, line.IndexOf((byte)'\n'));
        _lines.Add(Encoding.ASCII.GetString(line[..^1]));
        return true;
    }

    private sealed class Nowhere : IResponseSink
    {
        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) => ValueTask.FromResult(true);
    }
}
