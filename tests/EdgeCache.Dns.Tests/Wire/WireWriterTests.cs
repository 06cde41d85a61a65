using CsCheck;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

public sealed class WireWriterTests
{
    [Fact]
    public void WriteName_SuffixKnown_BecomesAPointerAndKeepsCase()
    {
        Span<byte> buffer = stackalloc byte[512];
        Span<ushort> slots = stackalloc ushort[NameCompression.Slots];
        slots.Clear();
        var writer = new WireWriter(buffer, new NameCompression(slots), 12);
        Write(ref writer, "www.shop.test.");
        int first = writer.Position;
        Write(ref writer, "mail.shop.test.");
        Assert.Equal(5 + 2, writer.Position - first);
        int second = writer.Position;
        Write(ref writer, "MAIL.Shop.Test.");
        Assert.Equal(16, writer.Position - second);
        var reader = new WireReader(writer.Written, second);
        Assert.True(reader.TryReadName(out DomainName name));
        Assert.Equal("MAIL.Shop.Test.", name.ToString());
    }

    [Fact]
    public void WriteName_Repeated_AlwaysReadsBack() =>
        WireGen.Name.Array[1, 20].Sample(static names =>
        {
            byte[] buffer = new byte[names.Sum(static n => n.Length) + 12];
            var writer = new WireWriter(buffer, new NameCompression(new ushort[NameCompression.Slots]), 12);
            foreach (byte[] name in names)
            {
                Assert.True(writer.TryWriteName(name));
            }

            var reader = new WireReader(writer.Written, 12);
            Span<byte> back = stackalloc byte[255];
            foreach (byte[] name in names)
            {
                Assert.True(reader.TryReadName(back, out int length));
                Assert.True(back[..length].SequenceEqual(name));
            }

            Assert.True(reader.AtEnd);
        });

    [Fact]
    public void WriteName_NoRoom_LeavesNothingBehind()
    {
        DomainName name = Names.Of("www.shop.test");
        DomainName other = Names.Of("b.shop.test");
        for (int room = 12; room < 12 + 15; room++)
        {
            var writer = new WireWriter(new byte[room], new NameCompression(new ushort[NameCompression.Slots]), 12);
            Assert.False(writer.TryWriteName(name.Wire));
            Assert.Equal(12, writer.Position);
            Assert.False(room > 13 && writer.TryWriteName(other.Wire) && new WireReader(writer.Written, 12).TryReadName(out DomainName back) && back != other);
        }
    }

    private static void Write(ref WireWriter writer, string text)
    {
        Assert.True(DomainName.TryParse(text, out DomainName name));
        Assert.True(writer.TryWriteName(name.Wire));
    }
}
