using System.Diagnostics;
using Xunit;
using static EdgeCache.System.Tests.Resolvers.LoopbackServer;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>The built program as a resolver among servers on loopback addresses that cheat, break and stay silent.</summary>
public sealed class HostileUpstreamTests : IAsyncLifetime
{
    private const ushort Authoritative = 0x0400;
    private const ushort Truncated = 0x0200;
    private ResolverAmongServers _among = null!; // Set before each test.

    public async ValueTask InitializeAsync() => _among = await ResolverAmongServers.StartAsync(
        "127.0.53", 15_300, 15_353, "good.", static q => [Reply(q, Authoritative, [A(q.Name, 60, "192.0.2.1")])]);

    public ValueTask DisposeAsync() => _among.DisposeAsync();

    [Fact]
    public async Task Replies_ThatDoNotBelong_AreWaitedOutAndTheRightOneIsTaken()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        _among.Script = (q, tcp) =>
        {
            var right = Reply(q, Authoritative, [A(q.Name, 60, "192.0.2.7")]);
            var wrongId = Reply(q, Authoritative, [A(q.Name, 60, "203.0.113.66")]);
            wrongId[1] ^= 0x55;
            var otherQuestion = Reply(q, Authoritative, [A(q.Name, 60, "203.0.113.66")]);
            otherQuestion[13] ^= 0x07;
            return tcp ? [right] : [wrongId, otherQuestion, [1, 2, 3], right];
        };
        Assert.Equal("192.0.2.7", await ShortAsync("www.evil"));
        Assert.Equal("192.0.2.1", await ShortAsync("www.good"));
    }

    [Fact]
    public async Task Packets_ThatAreMalformed_EndInServFailAndTheNextGoodNameIsAnswered()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        var n = 0;
        _among.Script = (q, _) =>
        {
            byte[] loop = [.. q.Raw[..q.QuestionEnd], 0xC0, (byte)q.QuestionEnd, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4];
            byte[] longRdata = [.. q.Raw[..q.QuestionEnd], 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0xFF, 0xFF, 1, 2, 3, 4];
            byte[] shortAddress = Reply(q, Authoritative, [RecordOf(q.Name, 1, 60, [1, 2, 3])]);
            byte[] bad = (n++ % 3) switch { 0 => loop, 1 => longRdata, _ => shortAddress };
            (bad[2], bad[3], bad[6], bad[7], bad[8], bad[9], bad[10], bad[11]) = (0x84, 0, 0, 1, 0, 0, 0, 0);
            return [bad];
        };
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains("SERVFAIL", await _among.DigAsync($"n{i}.evil", "A"), StringComparison.Ordinal);
        }

        Assert.Equal("192.0.2.1", await ShortAsync("www.good"));
    }

    [Fact]
    public async Task Poison_InEverySection_LeavesTheVictimAlone()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        _among.Script = (q, _) =>
        [
            Reply(
                q,
                Authoritative,
                [A(q.Name, 60, "192.0.2.66"), A("www.good.", 60, "203.0.113.66")],
                [Ns("good.", 86_400, "ns.evil."), Ns(".", 86_400, "ns.evil.")],
                [A("ns.good.", 86_400, "127.0.53.3"), A("ns.evil.", 86_400, "127.0.53.3")]),
        ];
        Assert.Equal("192.0.2.66", await ShortAsync("www.evil"));
        Assert.Equal("192.0.2.1", await ShortAsync("www.good"));
        Assert.Equal("192.0.2.1", await ShortAsync("other.good"));
    }

    [Fact]
    public async Task Truncation_AndSilence_AreBorne()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        _among.Script = (q, tcp) => [Reply(q, (ushort)(Authoritative | (tcp ? 0 : Truncated)), tcp ? [A(q.Name, 60, "192.0.2.8")] : [])];
        Assert.Equal("192.0.2.8", await ShortAsync("cut.evil"));
        _among.Script = (_, _) => [];
        var start = Stopwatch.GetTimestamp();
        Assert.Contains("SERVFAIL", await _among.DigAsync("dead.evil", "A", "+timeout=20", "+tries=1"), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Answer_WhoseTimeRanOutByTheTestClock_IsFetchedAgain()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        Assert.Equal("192.0.2.1", await ShortAsync("clock.good"));
        var asked = _among.Other.Asked;
        Assert.Equal("192.0.2.1", await ShortAsync("clock.good"));
        Assert.Equal(asked, _among.Other.Asked);
        await _among.TurnClockAsync(100);
        for (var i = 0; _among.Other.Asked == asked; i++)
        {
            Assert.True(i < 600, "the clock file is read each second");
            await Task.Delay(50);
            Assert.Equal("192.0.2.1", await ShortAsync("clock.good"));
        }
    }

    private async Task<string> ShortAsync(string name) => (await _among.DigAsync(name, "A", "+short", "+timeout=15", "+tries=2")).Trim();
}
