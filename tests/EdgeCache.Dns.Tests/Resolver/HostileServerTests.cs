using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using Xunit;
using static EdgeCache.Dns.Tests.Resolver.ScriptedServers;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Servers that want to be believed about what is not theirs, or want this resolver to work for them.</summary>
public sealed class HostileServerTests
{
    private const string Evil = "evil NS ns.evil\nns.evil A 192.0.2.66\nexample NS ns.example\nns.example A 192.0.2.10\n";
    private static readonly ServerScript Victim = Honest(("example.com.", "www 300 A 198.51.100.1"));

    public static TheoryData<string> Poisons =>
    [
        "an www.example.com. 300 A 203.0.113.66",
        "au example.com. 300 NS ns.evil.com.; ad ns.evil.com. 300 A 192.0.2.66",
        "au com. 300 NS ns.evil.com.; ad ns.evil.com. 300 A 192.0.2.66",
        "au . 300 NS ns.evil.com.; ad ns.evil.com. 300 A 192.0.2.66",
        "ad ns.example.com. 300 A 192.0.2.66; ad www.example.com. 300 A 203.0.113.66",
        "au evil.com. 300 NS ns.example.com.; ad ns.example.com. 300 A 192.0.2.66",
        "an evil.com. 300 CNAME www.example.com.; an www.example.com. 300 A 203.0.113.66",
        "an www.evil.com. 300 CNAME www.example.com.; an www.example.com. 300 A 203.0.113.66",
        "an com. 300 DNAME evil.com.",
        "au example.com. 300 SOA a. b. 1 2 3 4 300",
    ];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task Records_OfOthers_AreNotBelieved(string poison)
    {
        string[] records = poison.Split("; ");
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, [$"an {q.Name} 300 A 192.0.2.66", .. records]));
        net.Servers.Script("192.0.2.10", Victim);
        await net.AskAsync("www.evil.com.");
        await net.AskAsync("evil.com.");
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, records));
        await net.AskAsync("other.evil.com.");
        Assert.StartsWith("NxDomain", await net.AskAsync("nope.example.com."), StringComparison.Ordinal);
        net.Pass(301);
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NxDomain_OfAnotherZone_IsNotBelieved()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NxDomain, "au com. 300 SOA a. b. 1 2 3 4 300"));
        net.Servers.Script("192.0.2.10", Victim);
        Assert.StartsWith("NxDomain", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
        Assert.False(net.IsHit("www.evil.com."), "the SOA of a zone above is not this server's to show");
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alias_IntoAnothersZoneWithItsAnswer_IsAskedOfItsOwner()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 CNAME www.example.com.", "an www.example.com. 300 A 203.0.113.66"));
        net.Servers.Script("192.0.2.10", Victim);
        string answer = await net.AskAsync("a.evil.com.");
        Assert.EndsWith("an www.example.com. 300 A 198.51.100.1", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.66", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    public async Task Glue_ThatPointsInside_IsNotAsked(string address)
    {
        await using var net = new LittleInternet($"evil NS ns.evil\nns.evil A {address}\n");
        Assert.StartsWith("ServFail", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
        Assert.Equal(0, net.Servers.Count($"{address} "));
    }

    [Fact]
    public async Task ManyNamesWithoutAddresses_CostLittle()
    {
        await using var net = new LittleInternet(Evil + "victim NS ns.victim\nns.victim A 192.0.2.77\n");
        net.Servers.Script("192.0.2.66", q => Reply(q, "", Rcode.NoError, [.. Enumerable.Range(0, 200).Select(i => $"au x.evil.com. 300 NS ns{i}.victim.com.")]));
        net.Servers.Script("192.0.2.77", q => Reply(q, "aa", Rcode.NxDomain, "au victim.com. 0 SOA a. b. 1 2 3 4 0"));
        Assert.StartsWith("ServFail", await net.AskAsync("www.x.evil.com."), StringComparison.Ordinal);
        Assert.InRange(net.Servers.Count("192.0.2.77 "), 1, 2 * ResolverLimits.MaxServerNames);
        Assert.True(net.Servers.Log.Count <= ResolverLimits.MaxUpstreamQueries);
    }

    [Fact]
    public async Task Delegations_WithoutEnd_AreCutOff()
    {
        await using var net = new LittleInternet(Evil);
        int depth = 0;
        net.Servers.Script("192.0.2.66", q =>
        {
            depth++;
            return Reply(q, "", Rcode.NoError, $"au {q.Name} 300 NS ns.evil.com.", "ad ns.evil.com. 300 A 192.0.2.66");
        });
        string deep = string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 10}."));
        Assert.StartsWith("ServFail", await net.AskAsync(deep + "evil.com."), StringComparison.Ordinal);
        Assert.True(net.Servers.Log.Count <= ResolverLimits.MaxUpstreamQueries, $"{net.Servers.Log.Count}");
    }

    [Fact]
    public async Task Aliases_WithoutEnd_AreCutOff()
    {
        await using var net = new LittleInternet(Evil);
        int n = 0;
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 CNAME n{n++}.evil.com."));
        Assert.StartsWith("ServFail", await net.AskAsync("start.evil.com."), StringComparison.Ordinal);
        Assert.True(net.Servers.Log.Count < 40, $"{net.Servers.Log.Count}");
    }

    [Fact]
    public async Task DelegationsInACircle_AcrossZones_AreCutOff()
    {
        await using var net = new LittleInternet("a NS ns1.b.com.\na NS ns2.b.com.\nb NS ns1.a.com.\nb NS ns2.a.com.\nc NS ns1.a.com.\nc NS ns1.b.com.\n");
        Assert.StartsWith("ServFail", await net.AskAsync("www.c.com."), StringComparison.Ordinal);
        Assert.True(net.Servers.Log.Count < 40, $"{net.Servers.Log.Count}");
    }

    [Fact]
    public async Task Dname_ThatGrowsForEver_IsYxDomainOrServFail()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Serve("192.0.2.66", ("evil.com.", "d 300 DNAME " + string.Concat(Enumerable.Repeat("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.", 5)) + "d.evil.com."));
        string answer = await net.AskAsync("xxxxxxxxxxxxxxxxxxxxxxxxxxxx.d.evil.com.");
        Assert.True(answer.StartsWith("YxDomain", StringComparison.Ordinal) || answer.StartsWith("ServFail", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task Dname_ThatLeadsBelowItself_IsShownOnceAndWhatItMakesIsNotKept()
    {
        await using var net = new LittleInternet(Evil);
        string label = new('b', 60);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, $"an d.evil.com. 300 DNAME {label}.d.evil.com."));
        string first = await net.AskAsync("x.d.evil.com.");
        Assert.StartsWith("YxDomain\nan d.evil.com. 300 DNAME", first, StringComparison.Ordinal);
        Assert.Equal(2, first.Split(" DNAME ").Length);
        Assert.Equal(first, await net.AskAsync("x.d.evil.com."));
    }

    [Theory]
    [InlineData("opcode")]
    [InlineData("class")]
    public async Task Reply_ToAnotherKindOfQuestion_IsNotBelieved(string kind)
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q =>
        {
            byte[] reply = Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 A 203.0.113.66");
            if (kind == "opcode")
            {
                reply[2] |= 4 << 3;
            }
            else
            {
                reply[^11] = 3;
            }

            return reply;
        });
        string answer = await net.AskAsync("www.evil.com.");
        Assert.StartsWith("ServFail", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.66", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rrset_OfThousandsOfRecords_IsRefused()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, [.. Enumerable.Range(0, 2_000).Select(i => $"an {q.Name} 300 A 198.51.{i / 250}.{i % 250}")]));
        Assert.StartsWith("ServFail", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ttl_BeyondAllMeasure_IsShortened()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => Reply(q, "aa", Rcode.NoError, $"an {q.Name} 2147483647 A 198.51.100.1"));
        Assert.Contains(" 86400 A", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientCookie_OfSomebodyElse_IsAskedAgainOverTcp()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q =>
        {
            byte[] reply = Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 A {(q.OverTcp ? "198.51.100.1" : "203.0.113.66")}");
            byte[] opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
            reply[11] = 1;
            return q.OverTcp ? Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 A 198.51.100.1") : [.. reply, .. opt];
        });
        Assert.Contains("198.51.100.1", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
    }
}
