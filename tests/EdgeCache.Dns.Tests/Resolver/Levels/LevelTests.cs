using System.Text;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver.Levels;

/// <summary>The option of our own: what is asked with it, what is told, and that less is never given in silence.</summary>
public sealed class LevelTests
{
    private static readonly ZoneName Zone = ZoneName.Parse("example.com");
    private static readonly SessionTokens Tokens = new([new TokenKey(1, new byte[16])], TimeProvider.System);
    private readonly HandLog _log = new(Zone);

    [Fact]
    public async Task EmptyOption_IsToldPositionHorizonAndToken()
    {
        await using LittleInternet net = Net();
        (string answer, string told) = await AskAsync(net, "");
        Assert.Contains("198.51.100.1", answer, StringComparison.Ordinal);
        Assert.StartsWith("level=eventual position=example.com:", told, StringComparison.Ordinal);
        Assert.Contains(" soa=1 horizon=", told, StringComparison.Ordinal);
        Assert.Contains(" token=", told, StringComparison.Ordinal);
        Assert.DoesNotContain("level=", Encoding.ASCII.GetString(await net.SendAsync(Asking.Query("www.example.com.", RecordType.A, [], flags: 0x100))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strong_AsksAnAuthorityThoughTheCacheKnows()
    {
        await using LittleInternet net = Net();
        await net.AskAsync("www.example.com.");
        int before = net.Servers.Count("192.0.2.10 www.example.com.");
        await AskAsync(net, "level=eventual");
        Assert.Equal(before, net.Servers.Count("192.0.2.10 www.example.com."));
        Assert.Contains("198.51.100.1", (await AskAsync(net, "level=strong")).Answer, StringComparison.Ordinal);
        Assert.Equal(before + 1, net.Servers.Count("192.0.2.10 www.example.com."));
        net.Servers.Script("192.0.2.10", _ => null);
        Assert.StartsWith("ServFail", (await AskAsync(net, "level=strong")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ComesBackAndIsMet()
    {
        await using LittleInternet net = Net();
        string token = (await AskAsync(net, "")).Told.Split("token=")[1];
        Assert.Contains("198.51.100.1", (await AskAsync(net, $"token={token}")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_AheadOfThisNode_IsRefusedWithTheReason()
    {
        await using LittleInternet net = Net();
        string token = Tokens.Write(SessionToken.Empty.WithSeen(new Zones.Log.Position(Zone, new Zones.Log.Epoch(7), 9)));
        (string answer, string told) = await AskAsync(net, $"token={token} level=session;wait=10");
        Assert.StartsWith("ServFail", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("token=", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token=AAAA", "token-invalid")]
    [InlineData("level=perfect", "no such level")]
    public async Task Demand_ThatCannotBeMet_IsServFailWithTheReason(string demand, string reason)
    {
        await using LittleInternet net = Net();
        byte[] reply = await SendAsync(net, demand);
        Assert.StartsWith("ServFail", Asking.Show(reply), StringComparison.Ordinal);
        Assert.Contains(reason, Encoding.ASCII.GetString(reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("level=")]
    [InlineData("level=bounded;t=x")]
    [InlineData("level=strong;wait=99999999999999999999")]
    public async Task Option_ThatCannotBeRead_IsAnsweredHardlyLongerThanItsQuery(string demand)
    {
        await using LittleInternet net = Net();
        byte[] reply = await SendAsync(net, demand);
        Assert.StartsWith("ServFail", Asking.Show(reply), StringComparison.Ordinal);
        Assert.InRange(reply.Length, 12, Asking.Query("www.example.com.", RecordType.A, []).Length + 24);
    }

    [Fact]
    public async Task Bounded_WithoutAFreshHorizon_IsServFail()
    {
        await using LittleInternet net = Net();
        await net.AskAsync("www.example.com.");
        _log.Health = PlaneHealth.Suspect;
        Assert.StartsWith("ServFail", (await AskAsync(net, "level=bounded;t=0;wait=1")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_FromAnAuthorityBehindTheLog_IsServFailAndNotSomethingOld()
    {
        await using LittleInternet net = Net();
        string token = (await AskAsync(net, "")).Told.Split("token=")[1];
        _log.SoaSerial = 2;
        _log.Raise(new Zones.Log.Selector(Zones.Log.SelectorKind.Name, "www", "A"));
        Task<(string Answer, string Told)> asking = AskAsync(net, $"token={token}");
        while (!asking.IsCompleted)
        {
            net.Pass(0.05);
            await Task.Yield();
        }

        Assert.StartsWith("ServFail", (await asking).Answer, StringComparison.Ordinal);
    }

    /// <summary>A secondary that knows nothing of RFC 9660 shows by its SOA where it stands, and else proves nothing.</summary>
    [Theory]
    [InlineData(2, "NoError")]
    [InlineData(3, "NoError")]
    [InlineData(1, "ServFail")]
    [InlineData(null, "ServFail")]
    public async Task Session_FromAServerThatStatesNoVersion_IsGivenOnlyWithAnSoaThatIsNotBehind(int? serial, string expected)
    {
        await using LittleInternet net = Net();
        string token = (await AskAsync(net, "")).Told.Split("token=")[1];
        net.Servers.Script("192.0.2.10", q => q.Type != RecordType.SOA
            ? ScriptedServers.Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 A 198.51.100.1")
            : serial is null ? ScriptedServers.Reply(q, "", Rcode.Refused) : ScriptedServers.Reply(q, "aa", Rcode.NoError, $"an {q.Name} 60 SOA ns. h. {serial} 2 3 4 60"));
        _log.SoaSerial = 2;
        _log.Raise(new Zones.Log.Selector(Zones.Log.SelectorKind.Name, "www", "A"));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        Assert.True(net.IsHit("www.example.com."), "others get it from the cache meanwhile");
        Task<(string Answer, string Told)> asking = AskAsync(net, $"token={token}");
        while (!asking.IsCompleted)
        {
            net.Pass(0.05);
            await Task.Yield();
        }

        Assert.StartsWith(expected, (await asking).Answer, StringComparison.Ordinal);
        int before = net.Servers.Log.Count;
        Assert.StartsWith(expected, serial >= 2 ? (await AskAsync(net, $"token={token}")).Answer : expected, StringComparison.Ordinal);
        Assert.Equal(before, net.Servers.Log.Count);
    }

    /// <summary>A server of the zone follows the log as well: after a failover it may go on with what it knew, and its answer says so only beside a poll.</summary>
    [Fact]
    public async Task Strong_FromAnAuthorityBehindWhatAPollBrings_IsServFailAndNotSomethingOld()
    {
        await using LittleInternet net = Net();
        Assert.Contains("198.51.100.1", (await AskAsync(net, "level=strong")).Answer, StringComparison.Ordinal);
        _log.Poll = () => _log.SoaSerial = 2;
        net.Pass(1);
        Task<(string Answer, string Told)> asking = AskAsync(net, "level=strong");
        while (!asking.IsCompleted)
        {
            net.Pass(0.05);
            await Task.Yield();
        }

        Assert.StartsWith("ServFail", (await asking).Answer, StringComparison.Ordinal);
    }

    /// <summary>A server that was away, and came back just as it was asked in the plainest way, is asked for its version all the same.</summary>
    [Fact]
    public async Task Strong_AuthorityOnceAnsweredOnlyWithoutEdns_IsStillHeldAgainstTheLog()
    {
        await using LittleInternet net = Net();
        ServerScript honest = ScriptedServers.Honest(("example.com.", "www 300 A 198.51.100.1"));
        net.Servers.Script("192.0.2.10", q => q.HasEdns ? null : honest(q));
        Assert.Contains("198.51.100.1", Asking.Show(await net.SendAsync(Asking.Query("www.example.com.", RecordType.A, [], flags: Header.RecursionDesiredFlag))), StringComparison.Ordinal);
        net.Servers.Script("192.0.2.10", honest);
        _log.SoaSerial = 2;
        net.Pass(1);
        Task<(string Answer, string Told)> asking = AskAsync(net, "level=strong");
        while (!asking.IsCompleted)
        {
            net.Pass(0.05);
            await Task.Yield();
        }

        Assert.StartsWith("ServFail", (await asking).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strong_LogCannotBeAsked_IsServFail()
    {
        await using LittleInternet net = Net();
        _log.Health = PlaneHealth.Suspect;
        Assert.StartsWith("ServFail", (await AskAsync(net, "level=strong;wait=1")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZoneNobodyFollows_StrongAsksAndTheRestIsRefused()
    {
        await using LittleInternet net = Net();
        net.Servers.Script("192.0.2.11", ScriptedServers.Honest(("other.com.", "www 300 A 198.51.100.5")));
        Assert.Contains("198.51.100.5", (await AskAsync(net, "level=strong", "www.other.com.")).Answer, StringComparison.Ordinal);
        Assert.StartsWith("ServFail", (await AskAsync(net, "level=bounded;t=5", "www.other.com.")).Answer, StringComparison.Ordinal);
    }

    private LittleInternet Net(HandLog? log = null)
    {
        var net = new LittleInternet(
            "example NS ns.example\nns.example A 192.0.2.10\nother NS ns.other\nns.other A 192.0.2.11\n",
            LittleInternet.Options(),
            log ?? _log,
            tokens: Tokens);
        (log ?? _log).Time = net.Time;
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1"));
        return net;
    }

    private static Task<byte[]> SendAsync(LittleInternet net, string demand, string name = "www.example.com.")
    {
        byte[] text = Encoding.ASCII.GetBytes(demand);
        byte[] option = [0xFF, 0x15, (byte)(text.Length >> 8), (byte)text.Length, .. text];
        return net.SendAsync(Asking.Query(name, RecordType.A, option, flags: Header.RecursionDesiredFlag));
    }

    private static async Task<(string Answer, string Told)> AskAsync(LittleInternet net, string demand, string name = "www.example.com.")
    {
        byte[] reply = await SendAsync(net, demand, name);
        Assert.True(ReplyContent.TryRead(reply, out ReplyContent? content));
        return (Asking.Show(reply), Encoding.ASCII.GetString(content!.Own));
    }
}
