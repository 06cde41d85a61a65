using Xunit;
using static EdgeCache.System.Tests.Resolvers.LoopbackServer;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>What a stranger's zone makes the running resolver do to others, counted in packets where they arrive; and what it does when a server is gone.</summary>
public sealed class AmplificationTests : IAsyncLifetime
{
    private const ushort Authoritative = 0x0400;
    private const ushort NxDomain = 3;
    private ResolverAmongServers _among = null!; // Set before each test.

    public async ValueTask InitializeAsync() => _among = await ResolverAmongServers.StartAsync(
        "127.0.54", 15_400, 15_453, "victim.", static q => [Reply(q, Authoritative | NxDomain, [])]);

    public ValueTask DisposeAsync() => _among.DisposeAsync();

    /// <summary>NXNSAttack: a referral to very many servers of a victim's, none of which there is.</summary>
    [Fact]
    public async Task ReferralToAHundredNames_CostsTheirOwnerAFewPackets()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        _among.Script = (q, _) => [Reply(q, 0, [], [.. Enumerable.Range(0, 100).Select(i => Ns(q.Name, 3_600, $"{i}-{q.Name.Split('.')[0]}.victim."))])];
        for (var round = 1; round <= 3; round++)
        {
            Assert.Contains("SERVFAIL", await DigAsync($"r{round}.evil"), StringComparison.Ordinal);

            // Twelve names a question, each for two kinds of address at most, and one more for the victim's own servers.
            Assert.InRange(_among.Other.Asked, round, round * 25);
        }
    }

    /// <summary>TsuNAME: two delegations whose servers lie in each other.</summary>
    [Fact]
    public async Task DelegationsIntoEachOther_EndSoon_AndAreNotFollowedAgainAtOnce()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        _among.Script = (q, _) => q.Name.EndsWith("a.evil.", StringComparison.Ordinal)
            ? [Reply(q, 0, [], [Ns("a.evil.", 3_600, "ns.b.evil.")])]
            : [Reply(q, 0, [], [Ns("b.evil.", 3_600, "ns.a.evil.")])];
        Assert.Contains("SERVFAIL", await DigAsync("www.a.evil"), StringComparison.Ordinal);
        var asked = _among.Evil.Asked;
        Assert.InRange(asked, 1, 25);

        // A failure is remembered for a second at least (RFC 9520 §3.2): what is asked at the same time does not add up.
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => DigAsync("www.a.evil")));
        Assert.All(clients, static c => Assert.Contains("SERVFAIL", c, StringComparison.Ordinal));
        Assert.InRange(_among.Evil.Asked, asked, asked * 6);
    }

    [Fact]
    public async Task ServerThatIsGone_LeavesTheOldAnswer_ForThirtySecondsAndWithItsReason()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        _among.Script = (q, _) => [Reply(q, Authoritative, [A(q.Name, 60, "192.0.2.7")])];
        Assert.Contains("192.0.2.7", await DigAsync("old.evil"), StringComparison.Ordinal);
        _among.Script = static (_, _) => [];
        await _among.TurnClockAsync(100);
        var answer = "";
        await Eventually.HoldsAsync(async () => (answer = await DigAsync("old.evil")).Contains("EDE: 3 (Stale Answer)", StringComparison.Ordinal));
        Assert.Matches(@"old\.evil\.\s+30\s+IN\s+A\s+192\.0\.2\.7", answer);
        Assert.Contains("possibly old", answer, StringComparison.Ordinal);

        // What was never known is a failure, and says that nobody could be reached.
        Assert.Contains("EDE: 22", await DigAsync("new.evil"), StringComparison.Ordinal);
    }

    private Task<string> DigAsync(string name) => _among.DigAsync(name, "A", "+timeout=20", "+tries=1");
}
