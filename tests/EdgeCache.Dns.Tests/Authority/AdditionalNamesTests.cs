using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>RFC 9460 §4.1: what a client of a service wants next.</summary>
public sealed class AdditionalNamesTests
{
    private static readonly AuthorityResponder Server = Asking.Responder(Asking.Zone("x.test", """
        $TTL 60
        @ SOA ns h 1 2 3 4 5
        @ NS ns
        dot HTTPS 1 . alpn=h2
        dot A 192.0.2.1
        own HTTPS 1 own
        own AAAA 2001:db8::2
        alias HTTPS 0 dot
        nowhere HTTPS 0 .
        nowhere A 192.0.2.3
        *.w SVCB 1 .
        *.w A 192.0.2.4
        out HTTPS 1 www.elsewhere.
        """));

    [Theory]
    [InlineData("dot", "HTTPS", "ad dot.x.test. 60 A 192.0.2.1")]
    [InlineData("own", "HTTPS", "ad own.x.test. 60 AAAA 2001:db8::2")]
    [InlineData("alias", "HTTPS", "ad dot.x.test. 60 A 192.0.2.1", "ad dot.x.test. 60 HTTPS 1 . alpn=\"h2\"")]
    [InlineData("nowhere", "HTTPS")]
    [InlineData("Some.w", "SVCB", "ad Some.w.x.test. 60 A 192.0.2.4")]
    [InlineData("out", "HTTPS")]
    public void Service_ComesWithAddressesAndWhereAnAliasLeads(string name, string type, params string[] expected)
    {
        string[] lines = Asking.Ask(Server, $"{name}.x.test", Asking.Type(type)).Split('\n');
        Assert.Equal("NoError aa", lines[0]);
        Assert.Equal(expected, lines.Where(static l => l.StartsWith("ad ", StringComparison.Ordinal)));
    }
}
