using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Resolver;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

public sealed class ChaosAnswerTests
{
    private const string Told = "\u0007ns-test";

    [Theory]
    [InlineData("id.server.", "TXT", true)]
    [InlineData("HostName.BIND.", "TXT", true)]
    [InlineData("id.server.", "ANY", true)]
    [InlineData("id.server.", "A", false)]
    [InlineData("version.bind.", "TXT", false)]
    [InlineData("version.server.", "TXT", false)]
    [InlineData("authors.bind.", "TXT", false)]
    public async Task Identity_IsTold_AndNothingElse(string name, string type, bool isTold)
    {
        Rcode expected = isTold ? Rcode.NoError : Rcode.Refused;
        byte[] query = Asking.Query(name, Asking.Type(type), [], @class: RecordClass.CH);
        Check(Asking.Send(Asking.Responder(Asking.Zone("shop.test.", "@ 3600 SOA ns h 1 2 3 4 60\n@ NS ns\nns A 192.0.2.1\n")), query), expected);
        await using var net = new LittleInternet(options: new ResolverOptions { ServerId = "ns-test", UseIPv6 = false });
        Check(await net.SendAsync(query), expected);
        Assert.Empty(net.Servers.Log);
    }

    [Fact]
    public async Task Identity_NotGiven_IsRefused()
    {
        await using var net = new LittleInternet();
        Check(await net.SendAsync(Asking.Query("id.server.", RecordType.TXT, [], @class: RecordClass.CH)), Rcode.Refused);
    }

    private static void Check(byte[] answer, Rcode expected)
    {
        Assert.True(Header.TryRead(answer, out Header header));
        Assert.Equal(expected, header.Rcode);
        Assert.Equal(expected == Rcode.NoError ? 1 : 0, header.AnswerCount);
        Assert.Equal(expected == Rcode.NoError, System.Text.Encoding.Latin1.GetString(answer).Contains(Told, StringComparison.Ordinal));
    }
}
