using EdgeCache.Dns.Data;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Dns.Tests.Data;

public sealed class ZoneRelativeNameTests
{
    [Theory]
    [InlineData("shop.test.")]
    [InlineData(".")]
    public void Name_OfAnyOctets_IsARecordsNameAndComesBack(string zone)
    {
        Assert.True(DomainName.TryParse(zone, out DomainName apex));
        var random = new Random(11);
        for (int i = 0; i < 5_000; i++)
        {
            var wire = new List<byte>();
            for (int labels = random.Next(1, 4); labels > 0; labels--)
            {
                byte[] label = new byte[random.Next(1, 64)];
                random.NextBytes(label);
                label[0] = random.Next(8) == 0 ? (byte)".*@\\\"$;/"[random.Next(8)] : label[0];
                wire.AddRange([(byte)label.Length, .. label]);
            }

            byte[] name = [.. wire, .. apex.Wire];
            string relative = ZoneRelativeName.Of(name, apex);
            Assert.True(RecordKey.TryParse(relative, "A", out RecordKey key, out string? error), error);
            Assert.Equal(relative, key.Name);
            Assert.Equal(NameFault.None, DomainName.Parse(key.Name, apex, out DomainName back));
            Assert.True(NameBytes.Equal(name, back.Wire), relative);
        }
    }
}
