using System.Text;
using EdgeCache.Dns.Data;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;
using Xunit;

namespace EdgeCache.Dns.Tests.Data;

public sealed class SoaTextTests
{
    [Theory]
    [InlineData("@", "SOA", "ns h 4000000000 2 3 4 5", 4_000_000_000U)]
    [InlineData("@", "SOA", "ns h (7 2\n 3 4\n 5)", 7U)]
    [InlineData("@", "SOA", "ns h", null)]
    [InlineData("@", "SOA", "", null)]
    [InlineData("www", "SOA", "ns h 7 2 3 4 5", null)]
    [InlineData("@", "A", "192.0.2.1", null)]
    public void SerialOf_Table(string name, string type, string value, uint? expected)
    {
        var beside = new RecordPublish { Key = new RecordKey("@", "NS"), Value = "ns"u8.ToArray() };
        var publish = new RecordPublish { Key = new RecordKey(name, type), Value = Encoding.UTF8.GetBytes(value) };
        Assert.Equal(expected, SoaText.SerialOf(ZoneName.Parse("shop.test"), [beside, publish]));
    }
}
