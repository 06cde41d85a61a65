using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>What the receiving thread answers by itself.</summary>
public sealed class HitPathTests
{
    [Theory]
    [InlineData("www.example.com.", true)]
    [InlineData("web.example.com.", true)]
    [InlineData("nope.example.com.", true)]
    [InlineData("www.example.com.", false)]
    public async Task Hit_OfRecordsAliasOrAbsence_AllocatesNothing(string name, bool edns)
    {
        await using var net = new LittleInternet("example NS ns.example\nns.example A 192.0.2.10\n");
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1\nweb 300 CNAME www"));
        await net.AskAsync(name);
        byte[] query = Asking.Query(name, RecordType.A, edns ? [] : null, flags: Header.RecursionDesiredFlag);
        byte[] response = new byte[1_232];
        for (int i = 0; i < 200; i++)
        {
            Assert.True(net.Resolver.Respond(query, Asking.Udp, response) > 0);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            net.Resolver.Respond(query, Asking.Udp, response);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Query_WithoutEdns_GetsNoneAndNoMoreThan512Octets()
    {
        await using var net = new LittleInternet("example NS ns.example\nns.example A 192.0.2.10\n");
        net.Servers.Serve("192.0.2.10", ("example.com.", string.Concat(Enumerable.Range(0, 40).Select(i => $"big 300 A 198.51.100.{i}\n"))));
        byte[] query = Asking.Query("big.example.com.", RecordType.A, null, flags: Header.RecursionDesiredFlag);
        for (int i = 0; i < 2; i++)
        {
            byte[] reply = await net.SendAsync(query);
            Assert.True(reply.Length <= 512 && Header.TryRead(reply, out Header header) && header is { Truncated: true, AdditionalCount: 0 });
        }
    }
}
