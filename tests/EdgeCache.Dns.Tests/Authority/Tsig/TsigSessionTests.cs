using CsCheck;
using EdgeCache.Dns.Authority.Tsig;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Tsig;

public sealed class TsigSessionTests
{
    private const ulong Now = 1_700_000_000;
    private static readonly TsigKey Key = TsigKey.Create("Key.Test", "c2VjcmV0IG9mIHRoZSB0cmFuc2ZlciB0ZXN0IHdpdGggMzI=")!;

    [Theory]
    [InlineData("key", "", false)]
    [InlineData("key", "not base64!", false)]
    [InlineData("a..b", "c2VjcmV0", false)]
    [InlineData("key", "c2VjcmV0", true)]
    public void Create_Table(string name, string secret, bool good) => Assert.Equal(good, TsigKey.Create(name, secret) is not null);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(300, 0)]
    [InlineData(301, (int)Rcode.BadTime)]
    [InlineData(-301, (int)Rcode.BadTime)]
    public void Verify_ClocksApart_CountsTheFudge(int apart, int error)
    {
        byte[] signed = Signed(out int offset);
        Assert.Equal(error, TsigSession.Verify(signed, offset, [Key], (ulong)((long)Now + apart))!.Error);
    }

    [Fact]
    public void Verify_OtherKeyOrSecret_IsToldApart()
    {
        byte[] signed = Signed(out int offset);
        Assert.Equal((ushort)Rcode.BadKey, TsigSession.Verify(signed, offset, [TsigKey.Create("other", "AAAA")!], Now)!.Error);
        Assert.Equal(16, TsigSession.Verify(signed, offset, [TsigKey.Create("KEY.TEST", "AAAA")!], Now)!.Error);
    }

    /// <summary>RFC 8945 §5.2.2.1: what no sender may send is malformed; a shorter code that one may send is refused here, with its own error.</summary>
    [Theory]
    [InlineData(0, null)]
    [InlineData(15, null)]
    [InlineData(33, null)]
    [InlineData(16, (int)Rcode.BadTrunc)]
    [InlineData(31, (int)Rcode.BadTrunc)]
    public void Verify_CodeOfAnotherLength_IsMalformedOrTruncated(int length, int? error)
    {
        byte[] signed = Signed(out int offset);

        // Behind the name come 10 octets, the algorithm's 13, time and fudge 8, then the length of the code.
        int at = offset + 10 + 10 + 13 + 8;
        byte[] changed = [.. signed[..at], 0, (byte)length, .. new byte[length], .. signed[(at + 2 + 32)..]];
        int data = offset + 10 + 8;
        changed[data + 1] = (byte)(signed[data + 1] + length - 32);
        Assert.Equal(error, TsigSession.Verify(changed, offset, [Key], Now)?.Error is { } code ? (int)code : null);
    }

    /// <summary>Any octet that differs is noticed; the id alone may, for forwarders change it and the record has the first one (RFC 8945 §4.2).</summary>
    [Fact]
    public void Verify_AnyOctetChanged_IsNeverAccepted() =>
        Gen.Select(Gen.Int[2, 300], Gen.Int[1, 255], Gen.Int[0, 60]).Sample(static (place, flip, cut) =>
        {
            byte[] signed = Signed(out int offset);
            int at = place % signed.Length;
            if (at < 2)
            {
                return;
            }

            // The case of names is no part of what is signed.
            signed[at] ^= (byte)flip;
            byte[] message = signed[..(signed.Length - (cut < 50 ? 0 : cut - 49))];
            TsigSession? session = TsigSession.Verify(message, offset, [Key], Now);
            Assert.True(session is null or { Error: not 0 } || (flip == 0x20 && at >= offset));
        });

    private static byte[] Signed(out int offset)
    {
        byte[] query = Asking.Query("www.shop.test", RecordType.A, []);
        offset = query.Length;

        // A signer with nothing before it is what a client is.
        byte[] buffer = [.. query, .. new byte[300]];
        int length = TsigSession.ForRequest(Key).Sign(buffer, query.Length, Now);
        return buffer[..length];
    }
}
