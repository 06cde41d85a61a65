using EdgeCache.Dns.Wire;
using Xunit;
using static EdgeCache.Dns.Tests.Resolver.ScriptedServers;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Servers that mean no harm and do not know better.</summary>
public sealed class BrokenServerTests
{
    private const string ExampleCom = "example NS ns.example\nns.example A 192.0.2.10\n";
    private const string TwoServers = "example NS ns1.example\nexample NS ns2.example\nns1.example A 192.0.2.10\nns2.example A 192.0.2.11\n";
    private static readonly ServerScript Good = Honest(("example.com.", "www 300 A 198.51.100.1\na.b 300 A 198.51.100.2\n*.w 300 A 198.51.100.3"));

    [Theory]
    [InlineData(nameof(Rcode.NxDomain))]
    [InlineData(nameof(Rcode.Refused))]
    [InlineData(nameof(Rcode.ServFail))]
    [InlineData(nameof(Rcode.FormErr))]
    [InlineData(nameof(Rcode.NotImp))]
    public async Task PartOfAName_MetWithAnError_IsFollowedByTheWholeName(string rcode)
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.Is("b.example.com.", RecordType.A) ? Reply(q, "aa", Enum.Parse<Rcode>(rcode)) : Good(q));
        Assert.Contains("198.51.100.2", await net.AskAsync("a.b.example.com."), StringComparison.Ordinal);
        Assert.False(net.IsHit("other.b.example.com."), "what is said of a part is not believed");
    }

    [Fact]
    public async Task PartOfAName_MetWithSilence_IsFollowedByTheWholeName()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.Is("b.example.com.", RecordType.A) ? null : Good(q));
        Assert.Contains("198.51.100.2", await net.AskAsync("a.b.example.com."), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(Rcode.FormErr))]
    [InlineData(nameof(Rcode.NotImp))]
    public async Task Edns_MetWithAnError_IsLeftOutAndThatIsRemembered(string rcode)
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.HasEdns ? Reply(q, "", Enum.Parse<Rcode>(rcode)) : Good(q));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        int before = net.Servers.Log.Count;
        Assert.StartsWith("NxDomain", await net.AskAsync("nope.example.com."), StringComparison.Ordinal);
        Assert.Equal(before + 1, net.Servers.Log.Count);
    }

    [Fact]
    public async Task Edns_MetWithSilence_IsLeftOutInTheEnd()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.HasEdns ? null : Good(q));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edns_MetWithAnOptionThatCannotBeRead_IsLeftOut()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q =>
        {
            byte[] reply = Good(q)!; // It always answers.
            if (q.HasEdns)
            {
                reply = [.. Reply(q, "aa", Rcode.NoError, $"an {q.Name} 300 A 198.51.100.1"), 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 7, 0, 10, 0, 50, 1, 2, 3];
                reply[11] = 1;
            }

            return reply;
        });
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Edns_LeftOutForSilence_IsTriedOnceMoreAfterAWhile(bool takesItByThen)
    {
        await using var net = new LittleInternet(ExampleCom);
        var asked = new List<bool>();
        bool takesIt = false;
        net.Servers.Script("192.0.2.10", q =>
        {
            asked.Add(q.HasEdns);
            return q.HasEdns && !takesIt ? null : Good(q);
        });
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        asked.Clear();
        Assert.StartsWith("NxDomain", await net.AskAsync("one.example.com."), StringComparison.Ordinal);
        Assert.Equal([false], asked);
        takesIt = takesItByThen;
        net.Pass(901);
        asked.Clear();
        Assert.StartsWith("NxDomain", await net.AskAsync("two.example.com."), StringComparison.Ordinal);
        Assert.StartsWith("NxDomain", await net.AskAsync("three.example.com."), StringComparison.Ordinal);
        Assert.Equal(takesItByThen ? [true, true] : [true, false, false], asked);
    }

    [Theory]
    [InlineData(700, 3)]
    [InlineData(1_400, 5)]
    public async Task Server_SlowerThanTheFirstTimeout_IsWaitedForAndThenKnown(int milliseconds, int most)
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", Good);
        net.Servers.Delay("192.0.2.10", TimeSpan.FromMilliseconds(milliseconds));
        DateTimeOffset start = net.Time.GetUtcNow();
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        Assert.InRange(net.Time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromSeconds(most));

        // Half as long again as it took: asked once.
        int before = net.Servers.Log.Count;
        Assert.StartsWith("NxDomain", await net.AskAsync("nope.example.com."), StringComparison.Ordinal);
        Assert.Equal(before + 1, net.Servers.Log.Count);
    }

    [Fact]
    public async Task TruncatedAnswer_IsAskedForOverTcp()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.OverTcp ? Good(q) : Reply(q, "aa tc", Rcode.NoError));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_LongerThanWhatIsTakenOverUdp_IsAskedForOverTcp()
    {
        // The socket cuts it off where its buffer ends.
        await using var net = new LittleInternet(ExampleCom);
        string[] texts = [.. Enumerable.Range(0, 30).Select(i => $"an www.example.com. 300 TXT {new string('x', 200)}{i}")];
        net.Servers.Script("192.0.2.10", q => !q.Is("www.example.com.", RecordType.TXT) ? Good(q) : q.OverTcp ? Reply(q, "aa", Rcode.NoError, texts) : Reply(q, "aa", Rcode.NoError, texts)[..4_096]);
        Assert.StartsWith("NoError", await net.AskAsync("www.example.com.", RecordType.TXT), StringComparison.Ordinal);
        Assert.Equal(1, net.Servers.Count("tcp"));
    }

    [Fact]
    public async Task Case_SpoiltByAServer_IsBorneOverTcpAndWithoutIt()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q =>
        {
            if (q.OverTcp)
            {
                return null;
            }

            byte[] reply = Good(q)!;
            NameBytes.ToLower(reply.AsSpan(12, 4), reply.AsSpan(12, 4));
            return reply;
        });
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_OfMixedCase_ShowsTheCaseOfTheClient()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 CNAME web\nweb 300 A 198.51.100.1"));
        Assert.Equal("NoError\nan wWw.example.com. 300 CNAME web.example.com.\nan web.example.com. 300 A 198.51.100.1", await net.AskAsync("wWw.example.com."));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("servfail")]
    [InlineData("silent")]
    [InlineData("upward")]
    [InlineData("self")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("notfound-nonaa")]
    public async Task OneOfTwoServers_Lame_LeavesTheOther(string kind)
    {
        await using var net = new LittleInternet(TwoServers);
        net.Servers.Script("192.0.2.10", q => kind switch
        {
            "refused" => Reply(q, "", Rcode.Refused),
            "servfail" => Reply(q, "", Rcode.ServFail),
            "silent" => null,
            "upward" => Reply(q, "", Rcode.NoError, "au . 300 NS a.root."),
            "self" => Reply(q, "", Rcode.NoError, "au example.com. 300 NS ns1.example.com.", "ad ns1.example.com. 300 A 192.0.2.10"),
            "empty" => Reply(q, "", Rcode.NoError),
            "notfound-nonaa" => Reply(q, "", Rcode.NxDomain),
            _ => [.. Reply(q, "aa", Rcode.NoError, "an www.example.com. 1 A 198.51.100.9")[..^3]],
        });
        net.Servers.Script("192.0.2.11", Good);
        for (int i = 0; i < 4; i++)
        {
            Assert.Contains("198.51.100.3", await net.AskAsync($"x{i}.w.example.com."), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AllServersLame_IsServFail()
    {
        await using var net = new LittleInternet(TwoServers);
        net.Servers.Script("192.0.2.10", q => Reply(q, "", Rcode.Refused));
        net.Servers.Script("192.0.2.11", q => Reply(q, "", Rcode.Refused));
        Assert.StartsWith("ServFail", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondHandAnswer_IsTakenOnlyWhenNoAuthorityAnswers()
    {
        await using var net = new LittleInternet(TwoServers);
        net.Servers.Script("192.0.2.10", q => Reply(q, "ra", Rcode.NoError, $"an {q.Name} 300 A 198.51.100.9"));
        net.Servers.Script("192.0.2.11", Good);
        for (int i = 0; i < 4; i++)
        {
            Assert.Contains("198.51.100.3", await net.AskAsync($"x{i}.w.example.com."), StringComparison.Ordinal);
        }

        net.Servers.Script("192.0.2.11", _ => null);
        Assert.Contains("198.51.100.9", await net.AskAsync("late.w.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Referral_WithAuthorityClaimed_IsFollowed()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => Reply(q, "aa", Rcode.NoError, "au sub.example.com. 300 NS ns.sub.example.com.", "ad ns.sub.example.com. 300 A 192.0.2.13"));
        net.Servers.Serve("192.0.2.13", ("sub.example.com.", "www 300 A 198.51.100.7"));
        Assert.Contains("198.51.100.7", await net.AskAsync("www.sub.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoData_WithoutSoa_IsGivenAndNotKept()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => Reply(q, "aa", Rcode.NoError));
        Assert.Equal("NoError", await net.AskAsync("www.example.com."));
        Assert.False(net.IsHit("www.example.com."));
    }

    [Fact]
    public async Task NxDomain_WithoutSoa_IsGivenAndNotKept()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => Reply(q, "aa", Rcode.NxDomain));
        Assert.Equal("NxDomain", await net.AskAsync("www.example.com."));
        Assert.False(net.IsHit("www.example.com."));
    }

    [Fact]
    public async Task Glue_ThatIsWrong_IsReplacedByTheServersOwnAddress()
    {
        await using var net = new LittleInternet("example NS ns.helper.com.\nexample NS ns.example\nns.example A 192.0.2.66\nhelper NS ns.helper\nns.helper A 192.0.2.12\n");
        net.Servers.Serve("192.0.2.12", ("helper.com.", "ns 300 A 192.0.2.10"));
        net.Servers.Serve("192.0.2.10", ("example.com.", "www 300 A 198.51.100.1\nns.helper 1 A 192.0.2.1"));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Child_WithOtherServersThanItsParentSays_IsReachedByTheParentsAndAnswersWithItsOwn()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", q => q.Type == RecordType.NS
            ? Reply(q, "aa", Rcode.NoError, "an example.com. 300 NS other.example.com.")
            : Good(q));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        Assert.Equal("NoError\nan example.com. 300 NS other.example.com.", await net.AskAsync("example.com.", RecordType.NS));
    }

    [Fact]
    public async Task Delegation_MovedWhileItIsCached_IsAskedOfTheParentWhenTheOldServersFail()
    {
        await using var net = new LittleInternet(ExampleCom);
        net.Servers.Script("192.0.2.10", Good);
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        net.Servers.Serve(LittleInternet.Top, ("com.", "example NS ns.example\nns.example A 192.0.2.14\n"), ("net.", ""));
        net.Servers.Script("192.0.2.10", q => Reply(q, "", Rcode.Refused));
        net.Servers.Serve("192.0.2.14", ("example.com.", "new 300 A 198.51.100.8"));
        string answer = await net.AskAsync("new.example.com.");
        Assert.True(answer.Contains("198.51.100.8", StringComparison.Ordinal), string.Join('\n', net.Servers.Log));
    }

    [Fact]
    public async Task Delegation_WithAShortLife_IsNotProlongedByTheChild()
    {
        await using var net = new LittleInternet("example 20 NS ns.example\nns.example 20 A 192.0.2.10\n");
        net.Servers.Script("192.0.2.10", q => Reply(q, "aa", Rcode.NoError, $"an {q.Name} 5 A 198.51.100.1", "au example.com. 86400 NS ns.example.com.", "ad ns.example.com. 86400 A 192.0.2.10"));
        for (int i = 0; i < 3; i++)
        {
            await net.AskAsync("www.example.com.");
            net.Pass(8);
        }

        int before = net.Servers.Count($"{LittleInternet.Top} example.com.");
        await net.AskAsync("www.example.com.");
        Assert.Equal(before + 1, net.Servers.Count($"{LittleInternet.Top} example.com."));
    }
}
