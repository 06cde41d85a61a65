using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Clients that want the same of one server share its answer, but not the end of each other's time.</summary>
public sealed class SharedQuestionTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private int _asked;

    [Fact]
    public async Task OneWhoseTimeEnds_LeavesTheOtherItsAnswer()
    {
        var servers = new ScriptedServers(_time);
        servers.Serve(LittleInternet.Root, (".", $"com NS a.gtld.net.\nnet NS a.gtld.net.\na.gtld.net. A {LittleInternet.Top}\nhelper A 192.0.2.11\n"));
        servers.Serve(LittleInternet.Top, ("com.", "shop 0 NS helper."), ("net.", $"a.gtld A {LittleInternet.Top}\n"));
        servers.Serve("192.0.2.11", ("shop.com.", "* A 198.51.100.1"));
        var transport = new Late(servers, this);
        await using var resolver = new RecursiveResolver(LittleInternet.Options(minimise: false), null, _time, _time, transport);

        // Both need the address of one server's name. The first is kept waiting for it until a tenth of a second is left to it; the other comes then.
        Task<Resolution> first = Ask(resolver, "a.shop.com.");
        _time.Advance(TimeSpan.FromMilliseconds(4_700));
        Task<Resolution> other = Ask(resolver, "b.shop.com.");
        Assert.Equal(1, _asked);
        transport.First.SetResult();
        Assert.Equal(Rcode.ServFail, (await first).Rcode);
        Assert.Equal(Rcode.NoError, (await other.WaitAsync(TimeSpan.FromSeconds(60))).Rcode);
    }

    private static Task<Resolution> Ask(RecursiveResolver resolver, string name) =>
        resolver.ResolveAsync(new Asked(Names.Of(name), RecordType.A), CancellationToken.None).AsTask();

    /// <summary>The first question for the helper's address gets no answer, and that only when the test says so.</summary>
    private sealed class Late(ScriptedServers servers, SharedQuestionTests test) : IUpstreamTransport
    {
        public TaskCompletionSource First { get; } = new();

        public async ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, CancellationToken cancellation)
        {
            string name = DomainName.FromWire(QueryMessage.Parse(request.Query.Span).Question.Name).ToString();
            if (!name.Equals("helper.", StringComparison.OrdinalIgnoreCase) || test._asked++ > 0)
            {
                return await servers.ExchangeAsync(request, cancellation);
            }

            await First.Task;
            test._time.Advance(TimeSpan.FromMilliseconds(100));
            return new UpstreamReply(UpstreamOutcome.Suspicious, default, TimeSpan.Zero);
        }
    }
}
