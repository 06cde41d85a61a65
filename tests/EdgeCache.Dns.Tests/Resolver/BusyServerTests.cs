using System.Net;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>Ever new names of a zone whose servers are slow or silent: they must not take the places of all other questions, nor wear out the parent.</summary>
public sealed class BusyServerTests
{
    private const string Slow = "192.0.2.20";
    private const string Com = $"slow NS ns.slow\nns.slow A {Slow}\nexample NS ns.example\nns.example A 192.0.2.10\n";
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly ScriptedServers _servers;
    private readonly Holding _slow;

    public BusyServerTests()
    {
        _servers = new ScriptedServers(_time);
        _slow = new Holding(_servers);
        _servers.Serve(LittleInternet.Root, (".", $"com NS a.gtld.net.\nnet NS a.gtld.net.\na.gtld.net. A {LittleInternet.Top}\n"));
        _servers.Serve(LittleInternet.Top, ("com.", Com), ("net.", $"a.gtld A {LittleInternet.Top}\n"));
        _servers.Serve("192.0.2.10", ("example.com.", "* 300 A 198.51.100.1"));
    }

    [Fact]
    public async Task NewNamesOfASlowZone_BeyondSoMany_FailAtOnce_AndOthersAreAnswered()
    {
        await using RecursiveResolver resolver = Start();
        _servers.Serve(Slow, ("slow.com.", "* 300 A 198.51.100.2"));
        Assert.Equal(Rcode.NoError, (await Ask(resolver, "first.slow.com.")).Rcode);
        _slow.IsHolding = true;
        Task<Resolution>[] asked = [.. Enumerable.Range(0, ResolverLimits.MaxWaitingAtServer + 50).Select(i => Ask(resolver, $"n{i}.slow.com."))];
        Assert.Equal(ResolverLimits.MaxWaitingAtServer, _slow.Held.Count);
        Assert.Equal(50, asked.Count(static a => a.IsCompleted && a.Result.Rcode == Rcode.ServFail));
        Assert.Equal(Rcode.NoError, (await Ask(resolver, "www.example.com.")).Rcode);
        _slow.LetGo();
        Assert.Equal(ResolverLimits.MaxWaitingAtServer, (await Task.WhenAll(asked)).Count(static a => a.Rcode == Rcode.NoError));
        Assert.Equal(Rcode.NoError, (await Ask(resolver, "last.slow.com.")).Rcode);
    }

    [Fact]
    public async Task NewNamesOfASilentZone_WaitOnlyByTheDozen_UntilItAnswers()
    {
        await using RecursiveResolver resolver = Start();
        _servers.Script(Slow, static _ => null);
        Assert.Equal(Rcode.ServFail, (await Ask(resolver, "first.slow.com.")).Rcode);
        _slow.IsHolding = true;
        Task<Resolution>[] asked = [.. Enumerable.Range(0, 500).Select(i => Ask(resolver, $"n{i}.slow.com."))];
        Assert.Equal(ResolverLimits.MaxWaitingAtDead, _slow.Held.Count);
        _servers.Serve(Slow, ("slow.com.", "* 300 A 198.51.100.2"));
        _slow.LetGo();
        Assert.Equal(ResolverLimits.MaxWaitingAtDead, (await Task.WhenAll(asked)).Count(static a => a.Rcode == Rcode.NoError));
        Assert.Equal(Rcode.NoError, (await Ask(resolver, "last.slow.com.")).Rcode);
    }

    [Fact]
    public async Task NewNamesOfASilentZone_AskItsParentOnlyNowAndThen()
    {
        await using RecursiveResolver resolver = Start();
        _servers.Script(Slow, static _ => null);
        DateTimeOffset start = _time.GetUtcNow();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(Rcode.ServFail, (await Ask(resolver, $"n{i}.slow.com.")).Rcode);
        }

        double rests = (_time.GetUtcNow() - start).TotalMilliseconds / ResolverLimits.ParentRest;
        Assert.InRange(_servers.Count($"{LittleInternet.Top} slow.com."), 2, (int)rests + 1);
    }

    private static Task<Resolution> Ask(RecursiveResolver resolver, string name) =>
        resolver.ResolveAsync(new Asked(Names.Of(name), RecordType.A), CancellationToken.None).AsTask();

    private RecursiveResolver Start() => new(LittleInternet.Options(), null, _time, _time, _slow);

    [Fact]
    public async Task OldAnswer_WhileItsServerIsWaitedFor_IsGivenToTheNextAtOnce()
    {
        await using var resolver = new RecursiveResolver(LittleInternet.Options(serveStale: true), null, _time, _time, _slow);
        _servers.Serve(Slow, ("slow.com.", "www 60 A 198.51.100.1"));
        Assert.Equal(Rcode.NoError, (await Ask(resolver, "www.slow.com.")).Rcode);
        _time.Advance(TimeSpan.FromSeconds(61));
        _slow.IsHolding = true;
        Task<Resolution> first = Ask(resolver, "www.slow.com.");
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ExtendedError.StaleAnswer, (await first).Error);
        Task<Resolution> next = Ask(resolver, "www.slow.com.");
        bool atOnce = next.IsCompleted;
        _slow.LetGo();
        Assert.True(atOnce);
        Assert.Equal(ExtendedError.StaleAnswer, (await next).Error);
        Assert.Null((await Ask(resolver, "www.slow.com.")).Error);
    }

    /// <summary>Questions to the slow server wait until they are let go.</summary>
    private sealed class Holding(ScriptedServers servers) : IUpstreamTransport
    {
        public List<TaskCompletionSource> Held { get; } = [];

        public bool IsHolding { get; set; }

        public async ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, CancellationToken cancellation)
        {
            if (IsHolding && request.Server.Address.Equals(IPAddress.Parse(Slow)))
            {
                var held = new TaskCompletionSource();
                Held.Add(held);
                await held.Task;
            }

            return await servers.ExchangeAsync(request, cancellation);
        }

        public void LetGo()
        {
            IsHolding = false;
            Held.ForEach(static h => h.SetResult());
        }
    }
}
