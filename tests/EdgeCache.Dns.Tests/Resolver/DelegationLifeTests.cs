using EdgeCache.Dns.Wire;
using Xunit;
using static EdgeCache.Dns.Tests.Resolver.ScriptedServers;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>How long servers are asked that a parent has named once: until it withdraws them, and whatever they say themselves.</summary>
public sealed class DelegationLifeTests
{
    private const string Evil = "evil 60 NS ns.evil\nns.evil 60 A 192.0.2.66\n";

    /// <summary>Ghost domains by delegations below each other (CVE-2022-30698): each is learnt from the one above shortly before that ends.</summary>
    [Fact]
    public async Task Zone_WithdrawnByItsParent_IsNotKeptAliveByDelegationsBelowIt()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => q.Name.StartsWith("www.", StringComparison.Ordinal)
            ? Reply(q, "aa", Rcode.NoError, $"an {q.Name} 1 A 203.0.113.66")
            : Reply(q, "", Rcode.NoError, $"au {q.Name} 86400 NS ns.{q.Name}", $"ad ns.{q.Name} 86400 A 192.0.2.66"));
        Assert.Contains("203.0.113.66", await net.AskAsync("www.a.evil.com."), StringComparison.Ordinal);
        net.Servers.Serve(LittleInternet.Top, ("com.", string.Empty), ("net.", $"a.gtld A {LittleInternet.Top}\n"));
        net.Pass(50);
        Assert.Contains("203.0.113.66", await net.AskAsync("www.b.a.evil.com."), StringComparison.Ordinal);
        net.Pass(11);
        int before = net.Servers.Count("192.0.2.66 ");
        Assert.StartsWith("NxDomain", await net.AskAsync("www.c.b.a.evil.com."), StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Count("192.0.2.66 "));
    }

    [Fact]
    public async Task Zone_BelowADelegationThatEnds_IsAskedForAgainAndAnswered()
    {
        await using var net = new LittleInternet("short 5 NS ns.short\nns.short 5 A 192.0.2.10\n");
        net.Servers.Serve("192.0.2.10", ("short.com.", "deep 3600 NS ns.deep\nns.deep 3600 A 192.0.2.11\n"));
        net.Servers.Serve("192.0.2.11", ("deep.short.com.", "www 1 A 198.51.100.1"));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.deep.short.com."), StringComparison.Ordinal);
        int parents = net.Servers.Count($"{LittleInternet.Top} short.com.");
        net.Pass(4);
        Assert.Contains("198.51.100.1", await net.AskAsync("www.deep.short.com."), StringComparison.Ordinal);
        Assert.Equal(parents, net.Servers.Count($"{LittleInternet.Top} short.com."));
        net.Pass(2);
        Assert.Contains("198.51.100.1", await net.AskAsync("www.deep.short.com."), StringComparison.Ordinal);
        Assert.Equal(parents + 1, net.Servers.Count($"{LittleInternet.Top} short.com."));
    }

    [Fact]
    public async Task Zone_WhoseServersSayTheyStillHaveIt_EndsWithItsParentsWord()
    {
        await using var net = new LittleInternet(Evil);
        net.Servers.Script("192.0.2.66", q => q.Type == RecordType.NS
            ? Reply(q, "aa", Rcode.NoError, "an evil.com. 86400 NS ns.evil.com.", "ad ns.evil.com. 86400 A 192.0.2.66")
            : Reply(q, "aa", Rcode.NoError, $"an {q.Name} 1 A 203.0.113.66", "au evil.com. 86400 NS ns.evil.com.", "ad ns.evil.com. 86400 A 192.0.2.66"));
        await net.AskAsync("evil.com.", RecordType.NS);
        net.Servers.Serve(LittleInternet.Top, ("com.", string.Empty), ("net.", $"a.gtld A {LittleInternet.Top}\n"));
        net.Pass(59);
        Assert.Contains("203.0.113.66", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
        await net.AskAsync("evil.com.", RecordType.NS);
        net.Pass(2);
        Assert.StartsWith("NxDomain", await net.AskAsync("www.evil.com."), StringComparison.Ordinal);
    }
}
