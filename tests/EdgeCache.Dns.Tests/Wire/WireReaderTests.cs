using CsCheck;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

public sealed class WireReaderTests
{
    private static readonly byte[] Prefix = new byte[12];

    [Theory]
    [InlineData("C00C")] // to itself
    [InlineData("C00E00")] // forward
    [InlineData("0161C00C")] // a label, then back to the start of the same name
    [InlineData("0161C00E")] // a label, then into the pointer itself
    [InlineData("C000")] // into the header
    [InlineData("C0")] // cut
    [InlineData("8000")] // reserved label kind
    [InlineData("4101610000")] // extended label kind
    [InlineData("0361")] // cut label
    [InlineData("0161")] // no end
    [InlineData("")]
    public void ReadName_Malformed_ReturnsFalseAndStays(string hex)
    {
        byte[] message = [.. Prefix, .. Convert.FromHexString(hex)];
        var reader = new WireReader(message, 12);
        Assert.False(reader.TryReadName(out DomainName _));
        Assert.Equal(12, reader.Position);
    }

    [Fact]
    public void ReadName_PointerToPriorName_Expands()
    {
        byte[] message = [.. Prefix, .. Convert.FromHexString("0474657374000473686F70C00C03777777C012")];
        var reader = new WireReader(message, 12);
        Assert.True(reader.TryReadName(out DomainName first));
        Assert.True(reader.TryReadName(out DomainName second));
        Assert.True(reader.TryReadName(out DomainName third));
        Assert.Equal(("test.", "shop.test.", "www.shop.test."), (first.ToString(), second.ToString(), third.ToString()));
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void ReadName_ChainOfPointersBackwards_EndsWithoutWork()
    {
        // Each pointer leads to the one before it: legal direction, but no name needs this many.
        byte[] message = new byte[4_000];
        message[12] = 0;
        int at = 14;
        for (int target = 12; at < message.Length - 1; target = at, at += 2)
        {
            message[at] = (byte)(0xC0 | (target >> 8));
            message[at + 1] = (byte)(target & 0xFF);
        }

        var reader = new WireReader(message, at - 2);
        Assert.False(reader.TryReadName(out DomainName _));
        reader = new WireReader(message, 14);
        Assert.True(reader.TryReadName(out DomainName root));
        Assert.True(root.IsRoot);
    }

    [Fact]
    public void ReadName_ExpandsToMoreThan255_IsRefused()
    {
        byte[] label = [63, .. Enumerable.Repeat((byte)'a', 63)];
        byte[] message = [.. Prefix, .. label, .. label, .. label, 0, 63, .. label.AsSpan(1).ToArray(), 0xC0, 12];
        var reader = new WireReader(message, 12 + (3 * 64) + 1);
        Assert.False(reader.TryReadName(out DomainName _));
    }

    [Fact]
    public void AnyOctets_AreReadOrRefused_NeverThrow() =>
        Gen.Byte.Array[0, 300].Sample(static message =>
        {
            Span<byte> name = stackalloc byte[255];
            for (int i = 0; i <= message.Length; i++)
            {
                var reader = new WireReader(message, i);
                if (!reader.TryReadName(name, out _))
                {
                    Assert.Equal(i, reader.Position);
                }

                RecordHeader.TryRead(ref reader, out _);
                reader.TrySkipName();
                reader.TryReadUInt48(out ulong _);
            }

            QueryMessage.Parse(message);
        });
}
