using System.Net;
using DnsClient;
using DnsClient.Protocol;
using EdgeCache.Dns.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>An independent client reads what the resolver writes, over real sockets.</summary>
public sealed class ForeignClientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DnsClient_OverUdpAndTcp_ReadsAliasAnswerAndAbsence(bool tcp)
    {
        await using var net = new LittleInternet("example NS ns.example\nns.example A 192.0.2.10\n");
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 CNAME web\nweb 60 A 198.51.100.1\nweb 60 AAAA 2001:db8::1\n@ 300 MX 10 mail"));
        await using var server = new DnsServer(
            "test", new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, net.Resolver, TimeProvider.System, NullLogger<DnsServer>.Instance, null);
        await server.StartAsync(CancellationToken.None);
        var client = new LookupClient(new LookupClientOptions(server.Endpoints[0]) { UseCache = false, UseTcpOnly = tcp, Timeout = TimeSpan.FromSeconds(30), Retries = 2 });
        for (int i = 0; i < 2; i++)
        {
            IDnsQueryResponse answer = await client.QueryAsync("www.example.com", QueryType.A);
            Assert.Equal("web.example.com.", answer.Answers.CnameRecords().Single().CanonicalName.Value);
            Assert.Equal((IPAddress.Parse("198.51.100.1"), 60), answer.Answers.ARecords().Select(a => (a.Address, a.InitialTimeToLive)).Single());
            Assert.True(answer.Header.RecursionAvailable);
            Assert.Equal(IPAddress.Parse("2001:db8::1"), (await client.QueryAsync("web.example.com", QueryType.AAAA)).Answers.AaaaRecords().Single().Address);
            Assert.Equal("mail.example.com.", (await client.QueryAsync("example.com", QueryType.MX)).Answers.MxRecords().Single().Exchange.Value);
            IDnsQueryResponse absent = await client.QueryAsync("nope.example.com", QueryType.A);
            Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, absent.Header.ResponseCode);
            Assert.Equal("example.com.", absent.Authorities.OfType<SoaRecord>().Single().DomainName.Value);
        }
    }
}
