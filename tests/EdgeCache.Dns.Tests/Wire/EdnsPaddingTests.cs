using System.Buffers.Binary;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

public sealed class EdnsPaddingTests
{
    private static readonly byte[] Padded = [0, 12, 0, 3, 0, 0, 0];
    private static readonly AuthorityResponder Server = Asking.Responder(Asking.Zone("shop.test", "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nwww A 192.0.2.1\nbig TXT "
        + string.Join(' ', Enumerable.Range(0, 4).Select(static _ => new string('x', 250)))));

    [Theory]
    [InlineData("www.shop.test", "A", 1)]
    [InlineData("big.shop.test", "TXT", 3)]
    public void Reply_ToAPaddedQuery_IsSoManyBlocksLongAndSaysTheSame(string name, string type, int blocks)
    {
        byte[] query = Asking.Query(name, Asking.Type(type), Padded);
        byte[] reply = Asking.Send(Server, query);
        byte[] padded = EdnsPadding.Pad(query, reply);
        Assert.Equal(blocks * EdnsPadding.BlockLength, padded.Length);
        Assert.Equal(Asking.Show(reply), Asking.Show(padded));
        Assert.Same(padded, EdnsPadding.Pad(query, padded));
    }

    [Fact]
    public void Reply_ToAQueryWithoutPadding_OrWithoutEdns_OrMalformed_StaysAsItIs()
    {
        byte[] reply = Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A, []));
        Assert.Same(reply, EdnsPadding.Pad(Asking.Query("www.shop.test", RecordType.A, []), reply));
        byte[] query = Asking.Query("www.shop.test", RecordType.A, Padded);
        byte[] bare = Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A));
        Assert.Same(bare, EdnsPadding.Pad(query, bare));
        for (int length = 0; length < reply.Length; length++)
        {
            byte[] cut = reply[..length];
            Assert.Same(cut, EdnsPadding.Pad(query, cut));
        }
    }

    [Fact]
    public void Reply_ThatWouldBecomeTooLong_StaysAsItIs()
    {
        byte[] query = Asking.Query("www.shop.test", RecordType.A, Padded);
        byte[] reply = Asking.Send(Server, query);
        byte[] full = new byte[65_530];
        reply.CopyTo(full, 0);
        int rest = full.Length - reply.Length;
        BinaryPrimitives.WriteUInt16BigEndian(full.AsSpan(reply.Length - 2), (ushort)rest);
        BinaryPrimitives.WriteUInt16BigEndian(full.AsSpan(reply.Length), 65_000);
        BinaryPrimitives.WriteUInt16BigEndian(full.AsSpan(reply.Length + 2), (ushort)(rest - 4));
        Assert.Same(full, EdnsPadding.Pad(query, full));
    }
}
