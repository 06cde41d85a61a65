using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

public sealed class QueryMessageTests
{
    private const string Www = "03777777047465737400"; // www.test.
    private const string Opt = "00002904D0000000000000";

    [Theory]
    [InlineData("", nameof(QueryFault.Drop))]
    [InlineData("1234", nameof(QueryFault.Drop))]
    [InlineData("12348000000100000000000003777777047465737400" + "00010001", nameof(QueryFault.Drop))]
    [InlineData("123401000001000000000000" + Www + "00010001", nameof(QueryFault.None))]
    [InlineData("123401000001000000000001" + Www + "00010001" + Opt, nameof(QueryFault.None))]
    [InlineData("123401000000000000000000", nameof(QueryFault.Malformed))] // no question
    [InlineData("123401000002000000000000" + Www + "00010001" + Www + "001C0001", nameof(QueryFault.Malformed))]
    [InlineData("123401000001000000000000" + Www + "000100", nameof(QueryFault.Malformed))] // cut
    [InlineData("123401000001000000000000" + Www + "0001000100", nameof(QueryFault.Malformed))] // more behind
    [InlineData("123401000001000000000000C00C00010001", nameof(QueryFault.Malformed))] // pointer to itself
    [InlineData("123401000001000000000000037777C0000C00010001", nameof(QueryFault.Malformed))]
    [InlineData("123401000001000000000002" + Www + "00010001" + Opt + Opt, nameof(QueryFault.Malformed))] // two OPT
    [InlineData("123401000001000000000001" + Www + "00010001" + "C01A00010001000000000000", nameof(QueryFault.Malformed))] // additional owner that is a loop
    [InlineData("123401000001000000000001" + Www + "00010001" + "C00C00010001000000000000", nameof(QueryFault.None))]
    [InlineData("123401000001000000000001" + Www + "0001000103777777002904D0000000000000", nameof(QueryFault.Malformed))] // OPT below a name
    [InlineData("123401000001000000000001" + Www + "0001000100002904D00000000000050003000A61", nameof(QueryFault.Malformed))] // option beyond the record
    [InlineData("123401000001000000000001" + Www + "0001000100002904D0000100000000", nameof(QueryFault.BadVersion))]
    [InlineData("123401000001000000000001" + Www + "00290001" + Opt, nameof(QueryFault.Malformed))] // type OPT asked for
    [InlineData("123401000001000000000000" + Www + "00000001", nameof(QueryFault.Malformed))]
    [InlineData("123401000001000000000000" + Www + "00FE0001", nameof(QueryFault.NotImplemented))]
    [InlineData("123428000001000000000000" + Www + "00010001", nameof(QueryFault.NotImplemented))] // UPDATE
    [InlineData("123478000000000000000000", nameof(QueryFault.NotImplemented))]
    [InlineData("12340100000000000000000100002904D000000000000C000A00080102030405060708", nameof(QueryFault.None))] // cookie only
    public void Parse_Table(string hex, string fault) =>
        Assert.Equal(fault, QueryMessage.Parse(Convert.FromHexString(hex)).Fault.ToString());

    [Fact]
    public void Parse_Options_AreFound()
    {
        QueryMessage query = QueryMessage.Parse(Convert.FromHexString(
            "123401000001000000000001" + Www + "0001000100002902000000800000100003000000" + "0A00080102030405060708"));
        Assert.Equal(QueryFault.None, query.Fault);
        Assert.True(query.Edns.TryGetOption(EdnsOptionCode.Nsid, out ReadOnlySpan<byte> nsid));
        Assert.True(nsid.IsEmpty);
        Assert.True(query.Edns.TryGetOption(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> cookie));
        Assert.Equal(8, cookie.Length);
        Assert.False(query.Edns.TryGetOption(EdnsOptionCode.Padding, out _));
        Assert.True(query.Edns.DnssecOk);
        Assert.Equal(512, query.Edns.UdpLimit);
    }

    [Fact]
    public void UdpLimit_IsBetweenTheStandardsFloorAndOurs()
    {
        Assert.Equal(512, default(Edns).UdpLimit);
        Assert.Equal(512, Limit("0001"));
        Assert.Equal(1_000, Limit("03E8"));
        Assert.Equal(1_232, Limit("FFFF"));

        static int Limit(string size) => QueryMessage.Parse(Convert.FromHexString(
            "123401000001000000000001" + Www + "00010001000029" + size + "000000000000")).Edns.UdpLimit;
    }
}
