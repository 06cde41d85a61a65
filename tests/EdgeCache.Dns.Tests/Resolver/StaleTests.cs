using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Old answers when no new ones can be had (RFC 8767), and new ones before the old have ended.</summary>
public sealed class StaleTests
{
    private const string ExampleCom = "example NS ns.example\nns.example A 192.0.2.10\n";
    private const string Zone = "www 300 A 198.51.100.1\nweb 300 CNAME www";

    [Fact]
    public async Task Servers_Silent_GiveTheOldAnswerAndAreNotAskedAgainForAWhile()
    {
        await using LittleInternet net = await FilledAsync();
        net.Pass(400);
        net.Servers.Script("192.0.2.10", _ => null);
        byte[] stale = await AskRawAsync(net, "web.example.com.");
        Assert.Equal("NoError\nan web.example.com. 30 CNAME www.example.com.\nan www.example.com. 30 A 198.51.100.1", Asking.Show(stale));
        Assert.Contains("possibly old", System.Text.Encoding.ASCII.GetString(stale), StringComparison.Ordinal);
        int asked = net.Servers.Log.Count;
        Assert.Equal(Asking.Show(stale), Asking.Show(await AskRawAsync(net, "web.example.com.")));
        net.Pass(5);
        Assert.Equal(Asking.Show(stale), Asking.Show(await AskRawAsync(net, "web.example.com.")));
        Assert.Equal(asked, net.Servers.Log.Count);
        net.Pass(30);
        net.Servers.Serve("192.0.2.10", ("example.com.", Zone));
        Assert.Contains("an www.example.com. 300 A", Asking.Show(await AskRawAsync(net, "web.example.com.")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Absence_ThatIsOld_IsGivenTooAndSaysSo()
    {
        await using LittleInternet net = await FilledAsync();
        Assert.StartsWith("NxDomain", await net.AskAsync("nope.example.com."), StringComparison.Ordinal);
        net.Pass(100);
        net.Servers.Script("192.0.2.10", _ => null);
        byte[] stale = await AskRawAsync(net, "nope.example.com.");
        Assert.StartsWith("NxDomain", Asking.Show(stale), StringComparison.Ordinal);
        Assert.Equal(19, QueryErrorOf(stale));
    }

    [Fact]
    public async Task OldAnswer_BeyondADay_IsNotGiven()
    {
        await using LittleInternet net = await FilledAsync();
        net.Pass(90_000);
        net.Servers.Script("192.0.2.10", _ => null);
        Assert.StartsWith("ServFail", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HotAnswer_IsFetchedBeforeItEnds()
    {
        await using LittleInternet net = await FilledAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(net.IsHit("www.example.com."));
        }

        net.Pass(280);
        Assert.True(net.IsHit("www.example.com."));
        for (int i = 0; !(await net.AskAsync("www.example.com.")).Contains(" 300 A", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 3_000, "it was not fetched");
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task ColdAnswer_IsLeftToEnd()
    {
        await using LittleInternet net = await FilledAsync();
        int asked = net.Servers.Log.Count;
        net.Pass(280);
        Assert.True(net.IsHit("www.example.com."));
        net.Pass(30);
        Assert.False(net.IsHit("www.example.com."));
        Assert.Equal(asked, net.Servers.Log.Count);
    }

    private static async Task<LittleInternet> FilledAsync()
    {
        var net = new LittleInternet(ExampleCom, LittleInternet.Options(serveStale: true, prefetch: true));
        net.Servers.Serve("192.0.2.10", ("example.com.", Zone));
        await net.AskAsync("web.example.com.");
        return net;
    }

    private static Task<byte[]> AskRawAsync(LittleInternet net, string name) => net.SendAsync(Asking.Query(name, RecordType.A, [], flags: Header.RecursionDesiredFlag));

    private static int QueryErrorOf(byte[] reply)
    {
        Assert.True(Header.TryRead(reply, out Header header));
        var reader = new WireReader(reply, WireLimits.HeaderLength);
        Assert.True(Question.TryRead(ref reader, out _));
        for (int i = 0; i < header.AnswerCount + header.AuthorityCount + header.AdditionalCount; i++)
        {
            Assert.True(RecordHeader.TryRead(ref reader, out RecordHeader record));
            if (record.Type == RecordType.OPT && Edns.TryRead(reply, record, out Edns edns) && edns.TryGetOption(EdnsOptionCode.ExtendedError, out ReadOnlySpan<byte> data))
            {
                return (data[0] << 8) | data[1];
            }
        }

        return -1;
    }
}
