using System.Net;
using System.Text;
using ARSoft.Tools.Net.Dns;
using CsCheck;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Wire;
using Xunit;
using DomainName = EdgeCache.Dns.Wire.DomainName;
using RecordType = EdgeCache.Dns.Wire.RecordType;

namespace EdgeCache.Dns.Tests.Data;

public sealed class RdataTests
{
    private static readonly DomainName Origin = Names.Of("shop.test");

    [Theory]
    [InlineData("A", "192.0.2.1", "192.0.2.1", "C0000201")]
    [InlineData("AAAA", "2001:DB8:0:0::1", "2001:db8::1", "20010DB8000000000000000000000001")]
    [InlineData("NS", "ns1", "ns1.shop.test.", "036E73310473686F70047465737400")]
    [InlineData("CNAME", "@", "shop.test.", "0473686F70047465737400")]
    [InlineData("MX", "10 .", "10 .", "000A00")]
    [InlineData("TXT", "abc \"d e\" \"\" \\065\\\"", "\"abc\" \"d e\" \"\" \"A\\\"\"", "03616263036420650002" + "4122")]
    [InlineData("SRV", "1 2 443 a.b.", "1 2 443 a.b.", "0001000201BB0161016200")]
    [InlineData("CAA", "0 issue \"ca.example; a=b\"", "0 issue \"ca.example; a=b\"", "00056973737565" + "63612E6578616D706C653B20613D62")]
    [InlineData("DS", "60485 5 1 2BB183AF 5F22588179A53B0A 98631FAD1A292118", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", "EC4505012BB183AF5F22588179A53B0A98631FAD1A292118")]
    [InlineData("SOA", "ns hostmaster ( 2024010101 ; serial\n 1h 15m 2w 60 )", "ns.shop.test. hostmaster.shop.test. 2024010101 3600 900 1209600 60",
        "026E730473686F700474657374000A686F73746D61737465720473686F70047465737400" + "78A3F17500000E1000000384001275000000003C")]
    [InlineData("TYPE65280", "\\# 3 abcd 0F", "\\# 3 ABCD0F", "ABCD0F")]
    [InlineData("A", "\\# 4 C0000201", "192.0.2.1", "C0000201")]
    [InlineData("TYPE1", "192.0.2.1", "192.0.2.1", "C0000201")]
    [InlineData("HTTPS", "1 . alpn=h3,h2 port=8443 ipv4hint=192.0.2.1,192.0.2.2", "1 . alpn=\"h3,h2\" port=8443 ipv4hint=192.0.2.1,192.0.2.2",
        "000100" + "0001000602683302" + "6832" + "0003000220FB" + "00040008C0000201C0000202")]
    [InlineData("SVCB", "0 foo.example.com.", "0 foo.example.com.", "000003666F6F076578616D706C6503636F6D00")]
    [InlineData("SVCB", "16 foo.example.com. port=53", "16 foo.example.com. port=53", "001003666F6F076578616D706C6503636F6D0000030002" + "0035")]
    [InlineData("SVCB", "1 foo.example.com. key667=hello", "1 foo.example.com. key667=\"hello\"", "000103666F6F076578616D706C6503636F6D00029B000568656C6C6F")]
    [InlineData("SVCB", "1 foo.example.com. key667=\"hello\\210qoo\"", "1 foo.example.com. key667=\"hello\\210qoo\"", "000103666F6F076578616D706C6503636F6D00029B000968656C6C6FD2716F6F")]
    [InlineData("SVCB", "16 foo.example.org. (alpn=h2,h3-19 mandatory=ipv4hint,alpn\n ipv4hint=192.0.2.1)", "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1",
        "001003666F6F076578616D706C65036F72670000000004000100040001000902683205" + "68332D313900040004C0000201")]
    [InlineData("SVCB", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"",
        "001003666F6F076578616D706C65036F7267000001000C08665C6F6F2C626172026832")]
    public void Parse_LegalText_GivesOctetsAndTextAgain(string type, string text, string canonical, string hex)
    {
        Assert.True(RecordTypeText.TryParse(type, out RecordType number));
        PresentationFault fault = Rdata.Parse(number, text, Origin, out byte[] stored);
        Assert.Equal(default, fault);
        Assert.Equal(hex, Convert.ToHexString(stored));
        Assert.Equal(canonical, Rdata.Format(number, stored));
    }

    [Theory]
    [InlineData("A", "", 0, "missing")]
    [InlineData("A", "192.0.2", 0, "IPv4")]
    [InlineData("A", "192.0.2.256", 0, "IPv4")]
    [InlineData("A", "192.0.2.1.", 0, "IPv4")]
    [InlineData("A", "0x7f.1", 0, "IPv4")]
    [InlineData("A", "192.0.2.1 x", 10, "ends before")]
    [InlineData("AAAA", "192.0.2.1", 0, "IPv6")]
    [InlineData("AAAA", "fe80::1%eth0", 0, "IPv6")]
    [InlineData("AAAA", "[::1]", 0, "IPv6")]
    [InlineData("AAAA", "::g", 0, "IPv6")]
    [InlineData("MX", "10", 2, "missing")]
    [InlineData("MX", "65536 a", 0, "0 to 65535")]
    [InlineData("MX", "-1 a", 0, "0 to 65535")]
    [InlineData("MX", "10 a..b", 3, "label is empty")]
    [InlineData("TXT", "", 0, "missing")]
    [InlineData("TXT", "\"abc", 0, "never closed")]
    [InlineData("TXT", "a \\300", 2, "escape")]
    [InlineData("TXT", "( a", 0, "never closed")]
    [InlineData("TXT", "a )", 2, "without '('")]
    [InlineData("CAA", "0 is-sue x", 2, "letters and digits")]
    [InlineData("CAA", "256 issue x", 0, "0 to 255")]
    [InlineData("DS", "1 2 3", 5, "missing")]
    [InlineData("DS", "1 2 3 abc", 9, "odd")]
    [InlineData("DS", "1 2 3 xy", 6, "hexadecimal")]
    [InlineData("SOA", "a b 1 2 3 4", 11, "missing")]
    [InlineData("TYPE65280", "\\# 3 ab", 4, "1 octets instead")]
    [InlineData("TYPE65280", "\\# 1 abcd", 4, "more than")]
    [InlineData("TYPE65280", "\\#", 2, "number of octets")]
    [InlineData("TYPE65280", "abc", 0, "RFC 3597")]
    [InlineData("A", "\\# 3 abcdef", 4, "no A data")]
    [InlineData("SVCB", "1 . alpn=h2 alpn=h3", 12, "once")]
    [InlineData("SVCB", "1 . no-default-alpn", 19, "needs alpn")]
    [InlineData("SVCB", "1 . mandatory=port", 18, "missing")]
    [InlineData("SVCB", "1 . port=65536", 4, "port")]
    [InlineData("SVCB", "1 . alpn=", 4, "alpn")]
    [InlineData("SVCB", "1 . ipv4hint=::1", 4, "ipv4hint")]
    [InlineData("SVCB", "1 . key0004=x", 4, "service parameter")]
    [InlineData("SVCB", "1 . key65535=x", 4, "service parameter")]
    public void Parse_IllegalText_SaysWhereAndWhy(string type, string text, int offset, string reason)
    {
        Assert.True(RecordTypeText.TryParse(type, out RecordType number));
        PresentationFault fault = Rdata.Parse(number, text, Origin, out _);
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
        Assert.Equal(offset, fault.Offset);
    }

    [Fact]
    public void Txt_OfMoreThan255Octets_IsRefused()
    {
        Assert.True(Rdata.Parse(RecordType.TXT, new string('a', 255), Origin, out byte[] stored).IsNone);
        Assert.Equal(256, stored.Length);
        Assert.Contains("255", Rdata.Parse(RecordType.TXT, new string('a', 256), Origin, out _).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyData_ToTextAndBack_IsTheSame() =>
        RdataGen.Any.Sample(static record =>
        {
            string text = Rdata.Format(record.Type, record.Data);
            PresentationFault fault = Rdata.Parse(record.Type, text, DomainName.Root, out byte[] back);
            Assert.True(fault.IsNone && back.AsSpan().SequenceEqual(record.Data), $"{record.Type} {text}: {fault}");
        });

    [Fact]
    public void AnyData_ThroughAMessage_IsTheSame() =>
        RdataGen.Any.Array[1, 6].Sample(static records =>
        {
            byte[] message = Message(records);
            var reader = new WireReader(message, 12);
            foreach ((RecordType type, byte[] data) in records)
            {
                Assert.True(RecordHeader.TryRead(ref reader, out RecordHeader header));
                Assert.Equal(type, header.Type);
                Span<byte> buffer = new byte[4_096];
                var stored = new WireWriter(buffer);
                Assert.True(Rdata.TryRead(message, header, ref stored));
                Assert.True(stored.Written.SequenceEqual(data), type.ToString());
            }
        });

    [Fact]
    public void AnyMessage_ReadByAnotherCodec_HasTheSameText() =>
        RdataGen.Any.Where(static r => IsFairToOracle(r)).Array[1, 4].Sample(
            static records =>
            {
                byte[] message = Message(records);
                DnsMessage oracle = DnsMessage.Parse(new ArraySegment<byte>(message));
                Assert.Equal(records.Length, oracle.AnswerRecords.Count);
                for (int i = 0; i < records.Length; i++)
                {
                    (RecordType type, byte[] data) = records[i];
                    string line = oracle.AnswerRecords[i].ToString();
                    string text = line[(line.IndexOf(" IN ", StringComparison.Ordinal) + 4)..];
                    text = text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                    PresentationFault fault = Rdata.Parse(type, text, DomainName.Root, out byte[] stored);
                    Assert.True(fault.IsNone && stored.AsSpan().SequenceEqual(data), $"{type} {Rdata.Format(type, data)} but {line} {fault}");
                }
            },
            iter: 300);

    [Fact]
    public void MutatedMessages_AreReadOrRefused_AndReformatted() =>
        Gen.Select(RdataGen.Any.Array[1, 4], Gen.Int[0, 5_000].Array[1, 6], Gen.Byte.Array[6]).Sample(static (records, places, octets) =>
        {
            byte[] message = Message(records);
            for (int i = 0; i < places.Length; i++)
            {
                message[places[i] % message.Length] = octets[i];
            }

            var reader = new WireReader(message, 12);
            while (RecordHeader.TryRead(ref reader, out RecordHeader header))
            {
                var stored = new WireWriter(new byte[70_000]);
                if (!Rdata.TryRead(message, header, ref stored))
                {
                    Assert.Equal(0, stored.Position);
                    continue;
                }

                string text = Rdata.Format(header.Type, stored.Written);
                var again = new WireWriter(new byte[70_000]);
                Assert.True(Rdata.FormatOf(header.Type).TryWrite(stored.Written, ref again));
                Assert.True(text.Length < 300_000);
            }
        });

    private static byte[] Message((RecordType Type, byte[] Data)[] records)
    {
        var writer = new WireWriter(new byte[60_000], new NameCompression(new ushort[NameCompression.Slots]), 12);
        foreach ((RecordType type, byte[] data) in records)
        {
            writer.TryWriteName(Origin.Wire);
            writer.TryWriteUInt16((ushort)type);
            writer.TryWriteUInt16(1);
            writer.TryWriteUInt32(60);
            int length = writer.Position;
            writer.TryWriteUInt16(0);
            Assert.True(Rdata.FormatOf(type).TryWrite(data, ref writer));
            writer.Patch(length, (ushort)(writer.Position - length - 2));
        }

        byte[] message = writer.Written.ToArray();
        new Header { Id = 1, Flags = 0x8400, AnswerCount = (ushort)records.Length }.TryWrite(message);
        return message;
    }

    /// <summary>The other codec keeps strings as text; so names and strings are plain where it is asked.</summary>
    private static bool IsFairToOracle((RecordType Type, byte[] Data) record) =>
        record.Type is RecordType.A or RecordType.AAAA or RecordType.DS or (RecordType)65_280
        || (record.Type is RecordType.NS or RecordType.CNAME or RecordType.PTR or RecordType.MX or RecordType.SRV or RecordType.SOA or RecordType.DNAME
            && !record.Data.Any(static b => b is > 0x7E));
}
