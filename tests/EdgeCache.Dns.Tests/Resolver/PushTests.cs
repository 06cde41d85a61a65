using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>A resolver that follows the log: floors, authorities behind it, health (PLANE.md 19, 21, 30).</summary>
public sealed class PushTests
{
    private const string ExampleCom = "example NS ns.example\nns.example A 192.0.2.10\n";
    private static readonly ZoneName Zone = ZoneName.Parse("example.com");

    [Fact]
    public async Task Change_OfAName_IsSeenAtOnceAndOthersStayHits()
    {
        var log = new HandLog(Zone);
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1\nmail 300 A 198.51.100.2");
        await net.AskAsync("www.example.com.");
        await net.AskAsync("mail.example.com.");
        log.Raise(new Selector(SelectorKind.Name, "www", "A"));
        Assert.False(net.IsHit("www.example.com."));
        Assert.True(net.IsHit("mail.example.com."));
        Serve(net, "www 300 A 198.51.100.9");
        Assert.Contains("198.51.100.9", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        Assert.True(net.IsHit("www.example.com."));
    }

    [Fact]
    public async Task Purge_OfTheSubtree_ReachesWhatLiesBelow()
    {
        var log = new HandLog(Zone);
        await using LittleInternet net = Net(log, "a.b 300 A 198.51.100.1\nc 300 A 198.51.100.2");
        await net.AskAsync("a.b.example.com.");
        await net.AskAsync("c.example.com.");
        log.Raise(new Selector(SelectorKind.Subtree, "b"));
        Assert.False(net.IsHit("a.b.example.com."));
        Assert.True(net.IsHit("c.example.com."));
        log.Raise(Selector.Everything);
        Assert.False(net.IsHit("c.example.com."));
    }

    [Fact]
    public async Task NameThatComesIntoBeing_EndsWhatWasKnownOfItsAbsence()
    {
        var log = new HandLog(Zone);
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1");
        Assert.StartsWith("NxDomain", await net.AskAsync("b.example.com."), StringComparison.Ordinal);
        Assert.True(net.IsHit("a.b.example.com."));
        log.Raise(NameFloors.Negative);
        Assert.False(net.IsHit("a.b.example.com."));
    }

    [Fact]
    public async Task Delegation_ChangedInTheParentsZone_EndsWhatLiesBelowIt()
    {
        var log = new HandLog(ZoneName.Parse("com"), Zone);
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1");
        await net.AskAsync("www.example.com.");
        Assert.True(net.IsHit("www.example.com."));
        int before = net.Servers.Count($"{LittleInternet.Top} example.com.");
        log.Raise(ZoneName.Parse("com"), new Selector(SelectorKind.Subtree, "example"));
        Assert.False(net.IsHit("www.example.com."));
        await net.AskAsync("www.example.com.");
        Assert.Equal(before + 1, net.Servers.Count($"{LittleInternet.Top} example.com."));
    }

    [Fact]
    public async Task Authority_BehindTheLog_IsUsedAndNotKept()
    {
        var log = new HandLog(Zone) { SoaSerial = 2 };
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1");
        Task<string> asking = net.AskAsync("www.example.com.");
        while (!asking.IsCompleted)
        {
            net.Pass(0.05);
            await Task.Yield();
        }

        Assert.Equal("NoError\nan www.example.com. 0 A 198.51.100.1", await asking);
        Assert.False(net.IsHit("www.example.com."));
        Assert.True(net.Servers.Count("192.0.2.10 www") > 1, "it was asked again, for it may have caught up");
    }

    [Fact]
    public async Task Authority_ThatDoesNotSayWhereItStands_IsKeptForTheDegradedTtl()
    {
        var log = new HandLog(Zone);
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1");
        net.Servers.Script("192.0.2.10", q => ScriptedServers.Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 A 198.51.100.1"));
        await net.AskAsync("www.example.com.");
        Assert.True(net.IsHit("www.example.com."));
        net.Pass(6);
        Assert.False(net.IsHit("www.example.com."));
    }

    [Fact]
    public async Task OldAnswer_KnownToBeOld_SaysSoAndAPurgedOneIsNeverGiven()
    {
        var log = new HandLog(Zone);
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1", serveStale: true);
        await net.AskAsync("www.example.com.");
        net.Servers.Script("192.0.2.10", _ => null);
        log.Raise(new Selector(SelectorKind.Name, "www", "A"));
        byte[] stale = await net.SendAsync(Asking.Query("www.example.com.", RecordType.A, [], flags: Header.RecursionDesiredFlag));
        Assert.Equal("NoError\nan www.example.com. 30 A 198.51.100.1", Asking.Show(stale));
        Assert.Contains("known old", System.Text.Encoding.ASCII.GetString(stale), StringComparison.Ordinal);
        log.State(Zone).Floors.Raise([new Selector(SelectorKind.Name, "www", "A")], PurgeMode.Hard);
        net.Pass(40);
        Assert.StartsWith("ServFail", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_OutOfReach_LeavesAnAnswerTheDegradedTtl()
    {
        var log = new HandLog(Zone);
        await using LittleInternet net = Net(log, "www 300 A 198.51.100.1");
        await net.AskAsync("www.example.com.");
        log.Health = PlaneHealth.Lagging;
        Assert.True(net.IsHit("www.example.com."));
        net.Pass(6);
        Assert.False(net.IsHit("www.example.com."));
        log.Health = PlaneHealth.Suspect;
        Assert.False(net.IsHit("www.example.com."));
    }

    private static LittleInternet Net(HandLog log, string zone, bool serveStale = false)
    {
        var net = new LittleInternet(ExampleCom, LittleInternet.Options(serveStale: serveStale), log);
        Serve(net, zone);
        return net;
    }

    private static void Serve(LittleInternet net, string zone) => net.Servers.Serve("192.0.2.10", ("example.com.", zone));
}
