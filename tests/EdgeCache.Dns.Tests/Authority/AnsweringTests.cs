using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

public sealed class AnsweringTests
{
    private const string Soa = "au example. 60 SOA ns.example. h.example. 1 2 3 4 60";

    /// <summary>The zone of RFC 4592 §2.2.1, with more below.</summary>
    private static readonly AuthorityResponder Wild = Asking.Responder(Asking.Zone("example", """
        $TTL 3600
        example.                 SOA   ns h 1 2 3 4 60
        example.                 NS    ns.example.com.
        example.                 NS    ns.example.net.
        *.example.               TXT   "this is a wildcard"
        *.example.               MX    10 host1.example.
        sub.*.example.           TXT   "this is not a wildcard"
        host1.example.           A     192.0.2.1
        _ssh._tcp.host1.example. SRV   0 0 22 host1.example.
        _ssh._tcp.host2.example. SRV   0 0 22 host2.example.
        subdel.example.          NS    ns.example.com.
        subdel.example.          NS    ns.example.net.
        alias.example.           CNAME host1
        deep.alias2.example.     CNAME nowhere.host1
        loop1.example.           CNAME loop2
        loop2.example.           CNAME loop1
        self.example.            CNAME self
        out.example.             CNAME www.elsewhere.
        todel.example.           CNAME www.subdel
        *.wc.example.            CNAME host1
        *.wloop.example.         CNAME x.wloop
        mx.example.              MX    10 host1
        mx.example.              MX    20 mail.elsewhere.
        dn.example.              DNAME target.example.
        dn.example.              TXT   "at the dname"
        below.dn.example.        TXT   "occluded"
        a.target.example.        A     192.0.2.7
        out-dn.example.          DNAME elsewhere.
        dloop.example.           DNAME x.dloop
        """));

    /// <summary>The zone of RFC 1034 §6.1 as far as its examples in §6.2 need it.</summary>
    private static readonly AuthorityResponder Root = Asking.Responder(Asking.Zone(".", """
        .       86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400
        .       86400 NS A.ISI.EDU.
        .       86400 NS C.ISI.EDU.
        .       86400 NS SRI-NIC.ARPA.
        MIL.    86400 NS SRI-NIC.ARPA.
        MIL.    86400 NS A.ISI.EDU.
        EDU.    86400 NS SRI-NIC.ARPA.
        EDU.    86400 NS C.ISI.EDU.
        SRI-NIC.ARPA. 86400 A 26.0.0.73
        SRI-NIC.ARPA. 86400 A 10.0.0.51
        SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA.
        SRI-NIC.ARPA. 86400 HINFO "DEC-2060" "TOPS20"
        ACC.ARPA. 86400 A 26.6.0.65
        USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.
        73.0.0.26.IN-ADDR.ARPA. 86400 PTR SRI-NIC.ARPA.
        A.ISI.EDU. 86400 A 26.3.0.103
        C.ISI.EDU. 86400 A 10.0.0.52
        """));

    [Theory]
    [InlineData("host3.example", "MX", "NoError aa\nan host3.example. 3600 MX 10 host1.example.\nad host1.example. 3600 A 192.0.2.1")]
    [InlineData("host3.example", "A", "NoError aa\n" + Soa)]
    [InlineData("foo.bar.example", "TXT", "NoError aa\nan foo.bar.example. 3600 TXT \"this is a wildcard\"")]
    [InlineData("host1.example", "MX", "NoError aa\n" + Soa)]
    [InlineData("sub.*.example", "MX", "NoError aa\n" + Soa)]
    [InlineData("_telnet._tcp.host1.example", "SRV", "NxDomain aa\n" + Soa)]
    [InlineData("host.subdel.example", "A", "NoError\nau subdel.example. 3600 NS ns.example.com.\nau subdel.example. 3600 NS ns.example.net.")]
    [InlineData("ghost.*.example", "MX", "NxDomain aa\n" + Soa)]
    [InlineData("_tcp.host2.example", "A", "NoError aa\n" + Soa)] // empty non-terminal
    [InlineData("host2.example", "TXT", "NoError aa\n" + Soa)] // also one: no wildcard
    [InlineData("*.example", "TXT", "NoError aa\nan *.example. 3600 TXT \"this is a wildcard\"")]
    public void Wildcards_OfRfc4592(string name, string type, string expected) => Assert.Equal(expected, Asking.Ask(Wild, name, Asking.Type(type)));

    [Theory]
    [InlineData("alias.example", "A", "NoError aa\nan alias.example. 3600 CNAME host1.example.\nan host1.example. 3600 A 192.0.2.1")]
    [InlineData("alias.example", "CNAME", "NoError aa\nan alias.example. 3600 CNAME host1.example.")]
    [InlineData("alias.example", "ANY", "NoError aa\nan alias.example. 3600 CNAME host1.example.")]
    [InlineData("alias.example", "MX", "NoError aa\nan alias.example. 3600 CNAME host1.example.\n" + Soa)]
    [InlineData("deep.alias2.example", "A", "NxDomain aa\nan deep.alias2.example. 3600 CNAME nowhere.host1.example.\n" + Soa)]
    [InlineData("loop1.example", "A", "NoError aa\nan loop1.example. 3600 CNAME loop2.example.\nan loop2.example. 3600 CNAME loop1.example.")]
    [InlineData("self.example", "A", "NoError aa\nan self.example. 3600 CNAME self.example.")]
    [InlineData("out.example", "A", "NoError aa\nan out.example. 3600 CNAME www.elsewhere.")]
    [InlineData("todel.example", "A", "NoError aa\nan todel.example. 3600 CNAME www.subdel.example.\nau subdel.example. 3600 NS ns.example.com.\nau subdel.example. 3600 NS ns.example.net.")]
    [InlineData("x.wc.example", "A", "NoError aa\nan x.wc.example. 3600 CNAME host1.example.\nan host1.example. 3600 A 192.0.2.1")]
    [InlineData("y.wloop.example", "A", "NoError aa\nan y.wloop.example. 3600 CNAME x.wloop.example.\nan x.wloop.example. 3600 CNAME x.wloop.example.")]
    [InlineData("mx.example", "MX", "NoError aa\nan mx.example. 3600 MX 10 host1.example.\nan mx.example. 3600 MX 20 mail.elsewhere.\nad host1.example. 3600 A 192.0.2.1")]
    [InlineData("mx.example", "ANY", "NoError aa\nan mx.example. 3600 MX 10 host1.example.\nan mx.example. 3600 MX 20 mail.elsewhere.\nad host1.example. 3600 A 192.0.2.1")]
    public void Aliases_AreFollowedWithinTheServersZones(string name, string type, string expected) => Assert.Equal(expected, Asking.Ask(Wild, name, Asking.Type(type)));

    [Theory]
    [InlineData("a.dn.example", "A", "NoError aa\nan dn.example. 3600 DNAME target.example.\nan a.dn.example. 3600 CNAME a.target.example.\nan a.target.example. 3600 A 192.0.2.7")]
    [InlineData("a.dloop.example", "A", "NoError aa\nan dloop.example. 3600 DNAME x.dloop.example.\nan a.dloop.example. 3600 CNAME a.x.dloop.example.")]
    [InlineData("b.dn.example", "A", "NxDomain aa\nan dn.example. 3600 DNAME target.example.\nan b.dn.example. 3600 CNAME b.target.example.\n" + Soa)]
    [InlineData("below.dn.example", "TXT", "NxDomain aa\nan dn.example. 3600 DNAME target.example.\nan below.dn.example. 3600 CNAME below.target.example.\n" + Soa)]
    [InlineData("dn.example", "TXT", "NoError aa\nan dn.example. 3600 TXT \"at the dname\"")]
    [InlineData("dn.example", "DNAME", "NoError aa\nan dn.example. 3600 DNAME target.example.")]
    [InlineData("dn.example", "A", "NoError aa\n" + Soa)]
    [InlineData("x.y.out-dn.example", "A", "NoError aa\nan out-dn.example. 3600 DNAME elsewhere.\nan x.y.out-dn.example. 3600 CNAME x.y.elsewhere.")]
    [InlineData("x.out-dn.example", "CNAME", "NoError aa\nan out-dn.example. 3600 DNAME elsewhere.\nan x.out-dn.example. 3600 CNAME x.elsewhere.")]
    public void Dnames_RedirectWhatIsBelow(string name, string type, string expected) => Assert.Equal(expected, Asking.Ask(Wild, name, Asking.Type(type)));

    [Fact]
    public void Dname_ThatMakesTheNameTooLong_IsYxdomain()
    {
        string label = new('a', 60);
        string answer = Asking.Ask(Wild, $"{label}.{label}.{label}.{new string('b', 58)}.dn.example", RecordType.A);
        Assert.StartsWith("YxDomain aa\nan dn.example. 3600 DNAME target.example.", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SRI-NIC.ARPA", "A", "NoError aa\nan SRI-NIC.ARPA. 86400 A 26.0.0.73\nan SRI-NIC.ARPA. 86400 A 10.0.0.51")]
    [InlineData("SRI-NIC.ARPA", "MX", "NoError aa\nan SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA.\nad SRI-NIC.ARPA. 86400 A 26.0.0.73\nad SRI-NIC.ARPA. 86400 A 10.0.0.51")]
    [InlineData("SRI-NIC.ARPA", "NS", "NoError aa\nau . 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400")]
    [InlineData("SIR-NIC.ARPA", "A", "NxDomain aa\nau . 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400")]
    [InlineData("BRL.MIL", "A", "NoError\nau MIL. 86400 NS SRI-NIC.ARPA.\nau MIL. 86400 NS A.ISI.EDU.\n"
        + "ad SRI-NIC.ARPA. 86400 A 26.0.0.73\nad SRI-NIC.ARPA. 86400 A 10.0.0.51\nad A.ISI.EDU. 86400 A 26.3.0.103")]
    [InlineData("USC-ISIC.ARPA", "CNAME", "NoError aa\nan USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.")]
    [InlineData("USC-ISIC.ARPA", "A", "NoError aa\nan USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.\n"
        + "au EDU. 86400 NS SRI-NIC.ARPA.\nau EDU. 86400 NS C.ISI.EDU.\nad C.ISI.EDU. 86400 A 10.0.0.52\nad SRI-NIC.ARPA. 86400 A 26.0.0.73\nad SRI-NIC.ARPA. 86400 A 10.0.0.51")]
    [InlineData("C.ISI.EDU", "A", "NoError\nau EDU. 86400 NS SRI-NIC.ARPA.\nau EDU. 86400 NS C.ISI.EDU.\n"
        + "ad C.ISI.EDU. 86400 A 10.0.0.52\nad SRI-NIC.ARPA. 86400 A 26.0.0.73\nad SRI-NIC.ARPA. 86400 A 10.0.0.51")] // glue is not authoritative
    [InlineData("EDU", "ANY", "NoError\nau EDU. 86400 NS SRI-NIC.ARPA.\nau EDU. 86400 NS C.ISI.EDU.\n"
        + "ad C.ISI.EDU. 86400 A 10.0.0.52\nad SRI-NIC.ARPA. 86400 A 26.0.0.73\nad SRI-NIC.ARPA. 86400 A 10.0.0.51")]
    [InlineData("EDU", "DS", "NoError aa\nau . 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400")]
    [InlineData("26.in-addr.arpa", "PTR", "NoError aa\nau . 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400")]
    public void Examples_OfRfc1034(string name, string type, string expected) => Assert.Equal(expected, Asking.Ask(Root, name, Asking.Type(type)));

    [Fact]
    public void SeveralZones_TheLongestApexAnswers_AndTheParentAnswersForDs()
    {
        AuthorityResponder server = Asking.Responder(
            Asking.Zone(".", ". 60 SOA a. b. 1 2 3 4 5\n. 60 NS ns.test.\ntest. 60 NS ns.test.\nns.test. 60 A 192.0.2.1"),
            Asking.Zone("test", "@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\nshop 60 NS ns.shop\nshop 60 DS 1 2 3 AB\nns.shop 60 A 192.0.2.2\nto 60 CNAME www.shop\n"),
            Asking.Zone("shop.test", "@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.2\nwww 60 A 192.0.2.77"));
        Assert.Equal("NoError aa\nan www.shop.test. 60 A 192.0.2.77", Asking.Ask(server, "www.shop.test", RecordType.A));
        Assert.Equal("NoError aa\nan shop.test. 60 DS 1 2 3 AB", Asking.Ask(server, "shop.test", RecordType.DS));
        Assert.Equal("NoError aa\nan shop.test. 60 NS ns.shop.test.\nad ns.shop.test. 60 A 192.0.2.2", Asking.Ask(server, "shop.test", RecordType.NS));
        Assert.Equal("NoError aa\nan to.test. 60 CNAME www.shop.test.\nan www.shop.test. 60 A 192.0.2.77", Asking.Ask(server, "to.test", RecordType.A));
        Assert.Equal("NxDomain aa\nau . 5 SOA a. b. 1 2 3 4 5", Asking.Ask(server, "nosuch", RecordType.A));
    }
}
