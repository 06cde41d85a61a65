using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Tests.Authority;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>A resolver that reaches servers over IPv6 alone, by real sockets: hints, glue of type AAAA, UDP, and TCP for what is cut off.</summary>
public sealed class IPv6Tests : IAsyncLifetime
{
    private readonly ZoneSnapshot _root = Asking.Zone(".", "@ 3600 SOA ns.root. h. 1 2 3 4 60\n@ 3600 NS ns.root.\nns.root. 3600 AAAA ::1\nshop.test. 3600 NS ns.shop.test.\nns.shop.test. 3600 AAAA ::1\n");
    private readonly ZoneSnapshot _shop = Asking.Zone(
        "shop.test.",
        $"@ 3600 SOA ns h 1 2 3 4 60\n@ 3600 NS ns\nns 3600 AAAA ::1\nwww 300 AAAA 2001:db8::77\n{string.Concat(Enumerable.Range(0, 120).Select(static i => $"long 300 A 192.0.2.{i}\n"))}");
    private DnsServer? _authority;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(HasLoopback(), "this machine has no ::1");
        _authority = new DnsServer(
            "v6", new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.IPv6Loopback, 0)] }, new Both(Asking.Responder(_root, _shop)), TimeProvider.System, NullLogger<DnsServer>.Instance, null);
        await _authority.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_authority is not null)
        {
            await _authority.DisposeAsync();
        }
    }

    [Fact]
    public async Task Hierarchy_OverIPv6Alone_IsWalkedToTheAnswer()
    {
        var options = new ResolverOptions { Hints = RootHints.Of(IPAddress.IPv6Loopback), UpstreamPort = _authority!.Endpoints[0].Port, ServeStale = false };
        await using var resolver = new RecursiveResolver("v6", options, null, TimeProvider.System, TimeProvider.System, null, null);
        Resolution www = await resolver.ResolveAsync(new Asked(Names.Of("www.shop.test."), RecordType.AAAA), TestContext.Current.CancellationToken);
        Assert.Equal(Rcode.NoError, www.Rcode);
        Assert.Equal(IPAddress.Parse("2001:db8::77").GetAddressBytes(), Assert.Single(www.Answer).Set.First.ToArray());

        // 120 addresses do not fit into a datagram.
        Resolution large = await resolver.ResolveAsync(new Asked(Names.Of("long.shop.test."), RecordType.A), TestContext.Current.CancellationToken);
        Assert.Equal(120, Assert.Single(large.Answer).Set.Count);
        Assert.True(resolver.Parts.Upstream.Tcp >= 1);
    }

    [Fact]
    public async Task Hierarchy_WithIPv6TurnedOff_AsksNobody()
    {
        var options = new ResolverOptions { Hints = RootHints.Of(IPAddress.IPv6Loopback), UpstreamPort = _authority!.Endpoints[0].Port, UseIPv6 = false, ServeStale = false };
        await using var resolver = new RecursiveResolver("v4", options, null, TimeProvider.System, TimeProvider.System, null, null);
        Resolution www = await resolver.ResolveAsync(new Asked(Names.Of("www.shop.test."), RecordType.AAAA), TestContext.Current.CancellationToken);
        Assert.Equal(Rcode.ServFail, www.Rcode);
        Assert.Equal(0, resolver.Parts.Upstream.Udp);
    }

    private static bool HasLoopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class Both(EdgeCache.Dns.Authority.AuthorityResponder responder) : IDnsResponder
    {
        public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response) => responder.Respond(query, source, response);

        public ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation) => default;
    }
}
