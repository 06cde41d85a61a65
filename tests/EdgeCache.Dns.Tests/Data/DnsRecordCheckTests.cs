using EdgeCache.Dns.Data;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Dns.Tests.Data;

public sealed class DnsRecordCheckTests
{
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");

    [Theory]
    [InlineData("www", "A", "192.0.2.1", null)]
    [InlineData("www", "A", "192.0.2.1\n192.0.2.2\n", null)]
    [InlineData("www", "DOC", "anything \"", null)]
    [InlineData("@", "SOA", "ns h (1 2\n 3 4\n 5)", null)]
    [InlineData("www", "TYPE65280", "\\# 1 00", null)]
    [InlineData("www", "A", "192.0.2.1\n192.0.2", "line 2, column 1: '192.0.2' is not an IPv4 address such as 192.0.2.1")]
    [InlineData("www", "MX", "10 a\n\n20 b..c", "line 3, column 4: 'b..c' is not a domain name: a label is empty")]
    [InlineData("www", "A", "\n", "line 1, column 1: there is no record in it")]
    [InlineData("www", "CNAME", "a\nb", "line 2, column 1: a name has one CNAME at most")]
    [InlineData("www", "SOA", "ns h 1 2 3 4 5", "SOA may stand at the apex of the zone only: name @")]
    [InlineData("www", "OPT", "x", "'OPT' is not a type of zone data: a DNS type such as A or TXT, TYPEnnn (RFC 3597), or DOC")]
    [InlineData("www", "BOGUS", "x", "'BOGUS' is not a type of zone data: a DNS type such as A or TXT, TYPEnnn (RFC 3597), or DOC")]
    public void Explain_Table(string name, string type, string value, string? expected) =>
        Assert.Equal(expected, DnsRecordCheck.Explain(Zone, new RecordKey(name, type), value));
}
