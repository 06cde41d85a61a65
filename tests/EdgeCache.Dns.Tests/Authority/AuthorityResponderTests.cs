using System.Text;
using CsCheck;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

public sealed class AuthorityResponderTests
{
    private static readonly ZoneSnapshot Shop = Asking.Zone("shop.test", "$TTL 60\n@ SOA ns h 42 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nWWW A 192.0.2.77\nbig TXT "
        + string.Join(' ', Enumerable.Range(0, 20).Select(static i => $"{i}{new string('x', 90)}")) + "\nd NS ns.d\n"
        + string.Concat(Enumerable.Range(0, 60).Select(static i => $"many A 10.0.0.{i}\n"))
        + string.Concat(Enumerable.Range(0, 12).Select(static i => $"e NS ns{i}.with-a-long-name.e\nns{i}.with-a-long-name.e AAAA 2001:db8::{i}\n")) + "ns.d A 192.0.2.3\n");

    private static readonly AuthorityResponder Server = Asking.Responder(Shop);

    [Fact]
    public void CaseOfTheQuestion_Returns_AndThatOfTheZoneInData()
    {
        byte[] answer = Asking.Send(Server, Asking.Query("wWw.ShOp.TeSt", RecordType.A));
        Assert.Equal("NoError aa\nan wWw.ShOp.TeSt. 60 A 192.0.2.77", Asking.Show(answer));
        Assert.Equal("wWw.ShOp.TeSt", Encoding.ASCII.GetString(answer, 13, 13).Replace('\u0004', '.'));
        Assert.Contains("ns.shop.test.", Asking.Ask(Server, "SHOP.test", RecordType.NS), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.test", "A", 1, "Refused")]
    [InlineData("test", "A", 1, "Refused")]
    [InlineData("workshop.test", "A", 1, "Refused")]
    [InlineData("www.shop.test", "A", 3, "Refused")]
    [InlineData("www.shop.test", "OPT", 1, "FormErr")]
    [InlineData("www.shop.test", "MAILB", 1, "NotImp")]
    public void WhatIsNotServed_IsRefusedByItsName(string name, string type, ushort @class, string expected) =>
        Assert.Equal(expected, Asking.Show(Asking.Send(Server, Asking.Query(name, Asking.Type(type), null, @class: (RecordClass)@class))));

    [Fact]
    public void Flags_RdAndCdReturn_OthersDoNot()
    {
        byte[] answer = Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A, flags: 0x0130 | 0x0480));
        Assert.True(Header.TryRead(answer, out Header header));
        Assert.True(header is { IsResponse: true, RecursionDesired: true, CheckingDisabled: true, RecursionAvailable: false, AuthenticData: false, Authoritative: true, Id: 0x1234 });
    }

    /// <summary>RFC 9660 §3: who asks for a version sends none.</summary>
    [Fact]
    public void ZoneVersion_ThatIsNotEmptyInAQuery_IsFormErr()
    {
        Assert.StartsWith("FormErr", Asking.Show(Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A, [0, 19, 0, 1, 2]))), StringComparison.Ordinal);
        Assert.StartsWith("NoError", Asking.Show(Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A, [0, 19, 0, 0]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Truncation_RespectsWhatTheClientTakes()
    {
        Assert.Equal("NoError aa tc", Asking.Show(Asking.Send(Server, Asking.Query("big.shop.test", RecordType.TXT))));
        Assert.Equal("NoError aa tc", Asking.Ask(Server, "big.shop.test", RecordType.TXT));
        Assert.DoesNotContain("tc", Asking.Ask(Server, "big.shop.test", RecordType.TXT, Asking.Tcp), StringComparison.Ordinal);
        Assert.Equal("NoError aa tc", Asking.Show(Asking.Send(Server, Asking.Query("many.shop.test", RecordType.A))));
        Assert.Equal("NoError aa tc", Asking.Show(Asking.Send(Server, Asking.Query("many.shop.test", RecordType.A, [], 900))));
        Assert.DoesNotContain("tc", Asking.Show(Asking.Send(Server, Asking.Query("many.shop.test", RecordType.A, [], 1_232))), StringComparison.Ordinal);
        Assert.DoesNotContain("tc", Asking.Show(Asking.Send(Server, Asking.Query("many.shop.test", RecordType.A, [], 65_535))), StringComparison.Ordinal);
        foreach (int payload in (int[])[0, 511, 512, 513, 600, 1_000, 1_232, 4_096])
        {
            Assert.InRange(Asking.Send(Server, Asking.Query("big.shop.test", RecordType.TXT, [], (ushort)payload)).Length, 12, Math.Clamp(payload, 512, 1_232));
        }
    }

    [Fact]
    public void Referral_GlueThatDoesNotFit_Truncates()
    {
        string full = Asking.Ask(Server, "x.e.shop.test", RecordType.A, Asking.Tcp);
        Assert.Equal(12, full.Split('\n').Count(static l => l.StartsWith("ad ", StringComparison.Ordinal)));
        Assert.DoesNotContain("aa", full, StringComparison.Ordinal);
        Assert.Contains(" tc", Asking.Show(Asking.Send(Server, Asking.Query("x.e.shop.test", RecordType.A))), StringComparison.Ordinal);
    }

    [Fact]
    public void Edns_IsAnsweredOnlyIfAsked_WithBadversAboveZero()
    {
        Assert.Equal(QueryFault.Drop, QueryMessage.Parse(Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A))).Fault);
        Assert.True(Header.TryRead(Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A)), out Header plain));
        Assert.Equal(0, plain.AdditionalCount);
        byte[] query = Asking.Query("www.shop.test", RecordType.A, []);
        query[^5] = 1;
        byte[] answer = Asking.Send(Server, query);
        Assert.Equal("0000290" + "4D0" + "01000000" + "0000", Convert.ToHexString(answer.AsSpan(answer.Length - 11)));
        Assert.Equal("NoError", Asking.Show(answer));
    }

    [Fact]
    public void Options_NsidVersionAndCookie_AreAnswered()
    {
        byte[] options = [0, 3, 0, 0, 0, 19, 0, 0, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0, 0, 1, 9];
        Edns edns = Opt(Asking.Send(Server, Asking.Query("nosuch.shop.test", RecordType.A, options)));
        Assert.True(edns.TryGetOption(EdnsOptionCode.Nsid, out ReadOnlySpan<byte> nsid));
        Assert.Equal("ns-test", Encoding.ASCII.GetString(nsid));
        Assert.True(edns.TryGetOption(EdnsOptionCode.ZoneVersion, out ReadOnlySpan<byte> version));
        Assert.Equal("02000000002A", Convert.ToHexString(version));
        Assert.True(edns.TryGetOption(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> cookie));
        Assert.True(ServerCookie.IsValid(new byte[16], cookie, [198, 51, 100, 100], 1_700_000_000));
        Edns none = Opt(Asking.Send(Server, Asking.Query("nosuch.shop.test", RecordType.A, [])));
        Assert.True(none.Options.IsEmpty);
    }

    [Fact]
    public void Cookie_OfBadLength_IsFormerr() =>
        Assert.Equal("FormErr", Asking.Show(Asking.Send(Server, Asking.Query("www.shop.test", RecordType.A, [0, 10, 0, 7, 1, 2, 3, 4, 5, 6, 7]))));

    [Fact]
    public void CookieQuery_WithoutQuestion_IsAnswered()
    {
        byte[] answer = Asking.Send(Server, Convert.FromHexString("12340000000000000000000100002904D000000000000C000A00080102030405060708"));
        Assert.True(Header.TryRead(answer, out Header header));
        Assert.Equal((Rcode.NoError, 0), (header.Rcode, header.QuestionCount));
        Assert.Equal(12 + 11 + 4 + 24, answer.Length);
    }

    [Fact]
    public void Responses_AreNeverAnswered()
    {
        byte[] query = Asking.Query("www.shop.test", RecordType.A);
        query[2] |= 0x80;
        Assert.Empty(Asking.Send(Server, query));
        Assert.Empty(Asking.Send(Server, [1, 2, 3]));
    }

    [Fact]
    public void AnyMutation_OfAQuery_GetsAShortAnswerOrNone_AndTheNextGoodOneItsAnswer() =>
        Gen.Select(Gen.Int[0, 200].Array[1, 8], Gen.Byte.Array[8], Gen.Int[0, 60]).Sample(static (places, octets, cut) =>
        {
            byte[] query = Asking.Query("www.shop.test", RecordType.A, [0, 3, 0, 0, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
            for (int i = 0; i < places.Length; i++)
            {
                query[places[i] % query.Length] = octets[i];
            }

            byte[] sent = query[..Math.Max(0, query.Length - (cut < 40 ? 0 : cut))];
            byte[] response = new byte[1_232];
            int length = Server.Respond(sent, Asking.Udp, response);
            Assert.InRange(length, Verdicts.Later, 1_232);
            if (length > 0)
            {
                Assert.True(Header.TryRead(response.AsSpan(0, length), out Header header));
                Assert.True(header.IsResponse);
                Assert.True(sent.AsSpan(0, 2).SequenceEqual(response.AsSpan(0, 2)));
                Asking.Show(response[..length]);
            }

            Assert.Equal("NoError aa\nan www.shop.test. 60 A 192.0.2.77", Asking.Ask(Server, "www.shop.test", RecordType.A));
        });

    [Fact]
    public void Answers_AllocateNothing()
    {
        (byte[] Query, byte[] Response)[] asks =
        [
            Make("www.shop.test", RecordType.A), Make("no.shop.test", RecordType.A), Make("x.d.shop.test", RecordType.A), Make("shop.test", RecordType.NS), Make("a.b", RecordType.A),
        ];
        static (byte[], byte[]) Make(string name, RecordType type) => (Asking.Query(name, type, [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]), new byte[1_232]);
        long before = 0;
        for (int round = 0; round < 2_000; round++)
        {
            before = round == 1_000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            foreach ((byte[] query, byte[] response) in asks)
            {
                Server.Respond(query, Asking.Udp, response);
            }
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Edns Opt(byte[] answer)
    {
        Assert.True(Header.TryRead(answer, out Header header));
        var reader = new WireReader(answer, 12);
        Assert.True(Question.TryRead(ref reader, out _));
        RecordHeader record = default;
        for (int i = 0; i < header.AnswerCount + header.AuthorityCount + header.AdditionalCount; i++)
        {
            Assert.True(RecordHeader.TryRead(ref reader, out record));
        }

        Assert.True(Edns.TryRead(answer, record, out Edns edns));
        return edns;
    }
}
