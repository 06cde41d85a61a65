using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Walking an honest hierarchy: delegations, aliases, absence, DS, big sets.</summary>
public sealed class IterationTests
{
    private const string ExampleCom = "example NS ns.example\nns.example A 192.0.2.10\n";

    [Fact]
    public async Task Name_ThroughTwoDelegations_IsAnsweredAndThenCached()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1\nwww 300 A 198.51.100.2"));
        string first = await net.AskAsync("www.example.com.");
        Assert.Contains("an www.example.com. 300 A 198.51.100.1\nan www.example.com. 300 A 198.51.100.2", first, StringComparison.Ordinal);
        int asked = net.Servers.Log.Count;
        net.Pass(3);
        Assert.True(net.IsHit("WWW.example.com."));
        Assert.Contains("an www.example.com. 297 A 198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        Assert.Equal(asked, net.Servers.Log.Count);
        net.Pass(297);
        Assert.False(net.IsHit("www.example.com."));
    }

    [Fact]
    public async Task Name_ShownToServersAboveItsZone_OnlyInPart()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "a.b 300 A 198.51.100.1"));
        Assert.Contains("198.51.100.1", await net.AskAsync("a.b.example.com."), StringComparison.Ordinal);
        Assert.Equal(
            [$"{LittleInternet.Root} com. A", $"{LittleInternet.Top} example.com. A", "192.0.2.10 b.example.com. A", "192.0.2.10 a.b.example.com. A"],
            net.Servers.Log);
    }

    [Fact]
    public async Task Alias_IntoAnotherZone_IsFollowedThere()
    {
        await using var net = new LittleInternet(ExampleCom + "other NS ns.other\nns.other A 192.0.2.11\n");
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 CNAME web.other.com."));
        net.Servers.Serve("192.0.2.11", ("other.com.", "web 60 A 198.51.100.3"));
        string answer = await net.AskAsync("www.example.com.");
        Assert.Equal("NoError\nan www.example.com. 300 CNAME web.other.com.\nan web.other.com. 60 A 198.51.100.3", answer);
        Assert.True(net.IsHit("www.example.com."));
        Assert.Equal(answer, await net.AskAsync("www.example.com."));
    }

    [Fact]
    public async Task Alias_ToNothing_IsNxDomainWithTheAlias()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 CNAME nope"));
        string answer = await net.AskAsync("www.example.com.");
        Assert.StartsWith("NxDomain\nan www.example.com. 300 CNAME nope.example.com.\nau example.com. 60 SOA", answer, StringComparison.Ordinal);
        Assert.Equal(answer, await net.AskAsync("www.example.com."));
    }

    [Fact]
    public async Task Alias_AskedForItself_IsNotFollowed()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 CNAME web.other.com."));
        Assert.Equal("NoError\nan www.example.com. 300 CNAME web.other.com.", await net.AskAsync("www.example.com.", RecordType.CNAME));
    }

    [Fact]
    public async Task Alias_InACircle_IsServFailAndEnds()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "a 300 CNAME b\nb 300 CNAME a"));
        Assert.StartsWith("ServFail", await net.AskAsync("a.example.com."), StringComparison.Ordinal);
        Assert.True(net.Servers.Log.Count < 10);
    }

    [Fact]
    public async Task Dname_AboveTheName_MakesAnAliasAndIsUsedAgain()
    {
        await using var net = new LittleInternet(ExampleCom + "other NS ns.other\nns.other A 192.0.2.11\n");
        net.Servers.Serve("192.0.2.10", ("example.com.", "old 300 DNAME new.other.com."));
        net.Servers.Serve("192.0.2.11", ("other.com.", "a.new 60 A 198.51.100.4\nb.new 60 A 198.51.100.5"));
        Assert.Equal(
            "NoError\nan old.example.com. 300 DNAME new.other.com.\nan a.old.example.com. 300 CNAME a.new.other.com.\nan a.new.other.com. 60 A 198.51.100.4",
            await net.AskAsync("a.old.example.com."));
        int before = net.Servers.Count("192.0.2.10");
        Assert.EndsWith("an b.new.other.com. 60 A 198.51.100.5", await net.AskAsync("b.old.example.com."), StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Count("192.0.2.10"));
    }

    [Fact]
    public async Task Absence_OfNameAndType_IsKeptForTheLowerOfSoaTtlAndMinimum()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        Assert.StartsWith("NxDomain\nau example.com. 60 SOA", await net.AskAsync("nope.example.com."), StringComparison.Ordinal);
        Assert.StartsWith("NoError\nau example.com. 60 SOA", await net.AskAsync("www.example.com.", RecordType.TXT), StringComparison.Ordinal);
        net.Pass(10);
        Assert.True(net.IsHit("nope.example.com.", RecordType.MX));
        Assert.True(net.IsHit("below.nope.example.com."));
        Assert.True(net.IsHit("www.example.com.", RecordType.TXT));
        Assert.StartsWith("NxDomain\nau example.com. 50 SOA", await net.AskAsync("nope.example.com."), StringComparison.Ordinal);
        net.Pass(51);
        Assert.False(net.IsHit("nope.example.com."));
    }

    [Fact]
    public async Task TtlZero_IsGivenAndNotKept()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 0 CNAME web\nweb 0 A 198.51.100.1"));
        Assert.Equal("NoError\nan www.example.com. 0 CNAME web.example.com.\nan web.example.com. 0 A 198.51.100.1", await net.AskAsync("www.example.com."));
        Assert.False(net.IsHit("www.example.com."));
        Assert.False(net.IsHit("web.example.com."));
    }

    [Fact]
    public async Task Ds_IsAskedOfTheParent()
    {
        await using var net = new LittleInternet(ExampleCom + "example DS 1 8 2 AABB\n");
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        await net.AskAsync("www.example.com.");
        Assert.Contains("DS 1 8 2 AABB", await net.AskAsync("example.com.", RecordType.DS), StringComparison.Ordinal);
        Assert.Equal(0, net.Servers.Count("192.0.2.10 example.com. DS"));
    }

    [Fact]
    public async Task Servers_WithoutGlue_AreLookedUpFirst()
    {
        await using var net = new LittleInternet("example NS ns.helper.com.\nhelper NS ns.helper\nns.helper A 192.0.2.12\n");
        net.Servers.Serve("192.0.2.12", ("helper.com.", "ns 300 A 192.0.2.10"));
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_WhoseNamesNeedEachOther_EndInServFail()
    {
        await using var net = new LittleInternet("a NS ns.b.com.\nb NS ns.a.com.\n");
        Assert.StartsWith("ServFail", await net.AskAsync("www.a.com."), StringComparison.Ordinal);
        Assert.True(net.Servers.Log.Count < 30, $"{net.Servers.Log.Count}");
    }

    [Fact]
    public async Task Servers_ManyAndOnlyTheLastAlive_AreFound()
    {
        string com = string.Concat(Enumerable.Range(0, 26).Select(i => $"example NS ns{i}.example\nns{i}.example A 192.0.2.{100 + i}\n"));
        await using var net = new LittleInternet(com);
        net.Servers.Serve("192.0.2.107", ("example.com.", "www 300 A 198.51.100.1"));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_TwoDeadOnes_EndWithinFiveSeconds()
    {
        await using var net = new LittleInternet("example NS ns1.example\nexample NS ns2.example\nns1.example A 192.0.2.10\nns2.example A 192.0.2.11\n");
        DateTimeOffset start = net.Time.GetUtcNow();
        Assert.StartsWith("ServFail", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        Assert.True(net.Time.GetUtcNow() - start < TimeSpan.FromSeconds(5), $"{net.Time.GetUtcNow() - start}");
        int asked = net.Servers.Log.Count;
        Assert.True(net.IsHit("www.example.com."), "the failure is remembered, RFC 9520");
        Assert.Equal(asked, net.Servers.Log.Count);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        net.Pass(2);
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_IsPassedOnAsItCame()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.Type == RecordType.ANY
            ? ScriptedServers.Reply(q, "aa", Rcode.NoError, "an www.example.com. 60 A 198.51.100.1", "an www.example.com. 60 TXT \"x\"")
            : ScriptedServers.Honest(("example.com.", "www 60 A 198.51.100.1"))(q));
        Assert.Equal("NoError\nan www.example.com. 60 A 198.51.100.1\nan www.example.com. 60 TXT \"x\"", await net.AskAsync("www.example.com.", RecordType.ANY));
    }

    [Fact]
    public async Task Any_BelowADname_IsTheDnameAndTheAliasItMakes()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.Type == RecordType.ANY && q.Name.StartsWith("a.old.", StringComparison.Ordinal)
            ? ScriptedServers.Reply(q, "aa", Rcode.NoError, "an old.example.com. 60 DNAME new.example.com.", "an a.old.example.com. 60 CNAME elsewhere.example.com.")
            : ScriptedServers.Honest(("example.com.", "old 60 DNAME new\na.new 60 A 198.51.100.1"))(q));
        Assert.Equal(
            "NoError\nan old.example.com. 60 DNAME new.example.com.\nan a.old.example.com. 60 CNAME a.new.example.com.\nan a.new.example.com. 60 A 198.51.100.1",
            await net.AskAsync("a.old.example.com.", RecordType.ANY));
        Assert.Equal("NoError\nan old.example.com. 60 DNAME new.example.com.", await net.AskAsync("old.example.com.", RecordType.ANY));
    }

    [Fact]
    public async Task RecursionNotDesired_IsAnsweredFromTheCacheOnly()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        Assert.StartsWith("Refused", Asking.Show(await net.SendAsync(Asking.Query("www.example.com.", RecordType.A, []))), StringComparison.Ordinal);
        Assert.Empty(net.Servers.Log);
        await net.AskAsync("www.example.com.");
        Assert.Contains("198.51.100.1", Asking.Show(await net.SendAsync(Asking.Query("www.example.com.", RecordType.A, []))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost.", "an localhost. 10800 A 127.0.0.1")]
    [InlineData("a.localhost.", "A 127.0.0.1")]
    [InlineData("x.invalid.", "NxDomain")]
    [InlineData("www.test.", "NxDomain")]
    [InlineData("1.0.0.10.in-addr.arpa.", "NxDomain")]
    public async Task SpecialName_IsAnsweredHere(string name, string expected)
    {
        await using var net = new LittleInternet();
        Assert.Contains(expected, await net.AskAsync(name), StringComparison.Ordinal);
        Assert.Empty(net.Servers.Log);
    }

    [Fact]
    public async Task Bits_OfTheClient_ComeBackAndNothingIsCalledValidated()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        byte[] query = Asking.Query("www.example.com.", RecordType.A, [], flags: Header.RecursionDesiredFlag | Header.CheckingDisabledFlag | Header.AuthenticDataFlag);
        Assert.True(Header.TryRead(await net.SendAsync(query), out Header header));
        Assert.True(header.RecursionDesired && header.RecursionAvailable && header.CheckingDisabled);
        Assert.False(header.AuthenticData || header.Authoritative);
    }

    [Fact]
    public async Task LargeAnswer_IsCutOffOverUdpAndWholeOverTcp()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", string.Concat(Enumerable.Range(0, 100).Select(i => $"big 300 A 198.51.100.{i}\n"))));
        byte[] query = Asking.Query("big.example.com.", RecordType.A, [], flags: Header.RecursionDesiredFlag);
        Assert.True(Header.TryRead(await net.SendAsync(query), out Header udp));
        Assert.True(udp.Truncated);
        Assert.True(Header.TryRead(await net.SendAsync(query, Asking.Tcp), out Header tcp));
        Assert.Equal(100, tcp.AnswerCount);
    }
}
