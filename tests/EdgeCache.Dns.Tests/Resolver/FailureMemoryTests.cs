using EdgeCache.Dns.Wire;
using Xunit;
using static EdgeCache.Dns.Tests.Resolver.ScriptedServers;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>RFC 9520: what failed on the way to an answer is not tried again for the next client's question either.</summary>
public sealed class FailureMemoryTests
{
    private const string Dead = "192.0.2.66";
    private const string DeadCom = $"dead NS ns.dead\nns.dead A {Dead}\n";

    [Fact]
    public async Task AddressOfAServer_ThatCouldNotBeHad_IsNotAskedForAgainByAnotherZone()
    {
        await using var net = new LittleInternet($"{DeadCom}a NS host.dead\nb NS host.dead\n");
        Assert.StartsWith("ServFail", await net.AskAsync("www.a.com."), StringComparison.Ordinal);
        int before = net.Servers.Count(Dead);
        Assert.InRange(before, 1, 20);
        Assert.StartsWith("ServFail", await net.AskAsync("www.b.com."), StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Count(Dead));
        Assert.StartsWith("ServFail", await net.AskAsync("host.dead.com."), StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Count(Dead));
    }

    [Fact]
    public async Task AddressOfAServer_IsAskedForAgainAfterAWhile_AndFound()
    {
        await using var net = new LittleInternet($"{DeadCom}a NS host.dead\nb NS host.dead\n");
        Assert.StartsWith("ServFail", await net.AskAsync("www.a.com."), StringComparison.Ordinal);
        net.Servers.Serve(Dead, ("dead.com.", "host A 192.0.2.10"));
        net.Servers.Serve("192.0.2.10", ("b.com.", "www A 198.51.100.1"));
        Assert.StartsWith("ServFail", await net.AskAsync("www.b.com."), StringComparison.Ordinal);
        net.Pass(2.1);
        Assert.Contains("198.51.100.1", await net.AskAsync("www.b.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddressOfAServer_ThatIsOld_IsNotAskedForByEveryQuestionWhileItCannotBeRenewed()
    {
        await using var net = new LittleInternet($"{DeadCom}a NS host.dead\nb NS host.dead\n", LittleInternet.Options(serveStale: true));
        net.Servers.Serve(Dead, ("dead.com.", "host 60 A 192.0.2.10"));
        Assert.Contains("192.0.2.10", await net.AskAsync("host.dead.com."), StringComparison.Ordinal);
        net.Servers.Script(Dead, static _ => null);
        net.Pass(61);
        Assert.StartsWith("ServFail", await net.AskAsync("www.a.com."), StringComparison.Ordinal);
        int before = net.Servers.Count(Dead);
        Assert.StartsWith("ServFail", await net.AskAsync("www.b.com."), StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Count(Dead));
        Assert.Contains("192.0.2.10", await net.AskAsync("host.dead.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetOfAnAlias_ThatFailed_IsNotAskedForAgainByAnotherAlias()
    {
        await using var net = new LittleInternet($"{DeadCom}one CNAME www.dead\ntwo CNAME www.dead\n");
        Assert.StartsWith("ServFail", await net.AskAsync("one.com."), StringComparison.Ordinal);
        int before = net.Servers.Count(Dead);
        Assert.StartsWith("ServFail", await net.AskAsync("two.com."), StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Count(Dead));
    }

    [Fact]
    public async Task AddressOfAServer_ThatWasNeededForItself_IsNoFailureOfItsOwn()
    {
        // Either server of b is looked up first, by chance: often enough it is the one that needs b itself.
        for (int i = 0; i < 16; i++)
        {
            await using var net = new LittleInternet();
            net.Servers.Serve(
                LittleInternet.Top,
                ("com.", "a NS ns.b\nb NS ns.a\nb NS ns.c.net.\n"),
                ("net.", $"a.gtld A {LittleInternet.Top}\nc NS ns.c\nns.c A 192.0.2.12\n"));
            net.Servers.Serve("192.0.2.12", ("c.net.", "ns A 192.0.2.12"), ("b.com.", "ns A 192.0.2.11"));
            net.Servers.Serve("192.0.2.11", ("a.com.", "www A 198.51.100.1\nns A 192.0.2.11"));
            Assert.Contains("198.51.100.1", await net.AskAsync("www.a.com."), StringComparison.Ordinal);
            Assert.Contains("192.0.2.11", await net.AskAsync("ns.a.com."), StringComparison.Ordinal);
        }
    }
}
