using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Transport;
using Xunit;

namespace EdgeCache.Dns.Tests.Transport;

public sealed class SocketUpstreamTests
{
    private readonly UpstreamCounters _counters = new();

    [Fact]
    public async Task Udp_SpoofedReplies_AreCountedAndTheRealOneIsTaken()
    {
        byte[] query = ScriptedResponder.Query("WwW.example.test", 0x1234);
        UpstreamReply reply = await AskAsync(query, (socket, from, asked) =>
        {
            byte[] good = Reply(asked);
            byte[] wrongId = Reply(asked);
            wrongId[0] ^= 1;
            byte[] wrongType = Reply(asked);
            wrongType[^3] ^= 2;
            foreach (byte[] datagram in new[] { wrongId, wrongType, asked, [1, 2, 3], good })
            {
                socket.SendTo(datagram, from);
            }

            using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            elsewhere.SendTo(good, from);
        });
        Assert.Equal(UpstreamOutcome.Answered, reply.Outcome);
        Assert.Equal(1, _counters.Of(ReplyMatch.WrongId));
        Assert.Equal(1, _counters.Of(ReplyMatch.WrongQuestion));
        Assert.Equal(2, _counters.Of(ReplyMatch.NotAReply));
    }

    [Fact]
    public async Task Udp_ReplyFromElsewhereOnly_TimesOut()
    {
        UpstreamReply reply = await AskAsync(ScriptedResponder.Query("www.example.test"), (_, from, asked) =>
        {
            using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            elsewhere.SendTo(Reply(asked), from);
        });
        Assert.Equal(UpstreamOutcome.TimedOut, reply.Outcome);
    }

    [Fact]
    public async Task Udp_CaseSpoiled_IsToldApart()
    {
        UpstreamReply reply = await AskAsync(ScriptedResponder.Query("WwW.example.test"), (socket, from, asked) =>
        {
            byte[] lower = Reply(asked);
            lower[13] |= 0x20;
            socket.SendTo(lower, from);
        });
        Assert.Equal(UpstreamOutcome.OtherCase, reply.Outcome);
        Assert.Equal(1, _counters.Of(ReplyMatch.WrongCase));
    }

    [Fact]
    public async Task Udp_NobodyListens_IsUnreachableAtOnce()
    {
        UpstreamReply reply = await Upstream().ExchangeAsync(
            new UpstreamRequest(FreePort(), ScriptedResponder.Query("a.test"), false, TimeSpan.FromSeconds(5)), CancellationToken.None);
        Assert.Equal(UpstreamOutcome.Unreachable, reply.Outcome);
        Assert.True(reply.Elapsed < TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tcp_Server_AnswersOrNobodyDoes(bool listening)
    {
        var responder = new ScriptedResponder();
        await using var server = new DnsServer(
            "up", new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, responder, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<DnsServer>.Instance, null);
        await server.StartAsync(CancellationToken.None);
        UpstreamReply reply = await Upstream().ExchangeAsync(
            new UpstreamRequest(listening ? server.Endpoints[0] : FreePort(), ScriptedResponder.Query("now.test"), true, TimeSpan.FromSeconds(5)), CancellationToken.None);
        Assert.Equal(listening ? UpstreamOutcome.Answered : UpstreamOutcome.Unreachable, reply.Outcome);
    }

    private SocketUpstream Upstream() => new(TimeProvider.System, new CryptoRandom(), _counters, null);

    private async Task<UpstreamReply> AskAsync(byte[] query, Action<Socket, EndPoint, byte[]> serve)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ValueTask<UpstreamReply> asking = Upstream().ExchangeAsync(
            new UpstreamRequest((IPEndPoint)socket.LocalEndPoint!, query, false, TimeSpan.FromSeconds(1)), CancellationToken.None);
        byte[] buffer = new byte[512];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        int length = socket.ReceiveFrom(buffer, ref from);
        serve(socket, from, buffer[..length]);
        return await asking;
    }

    private static byte[] Reply(byte[] query)
    {
        byte[] reply = [.. query];
        reply[2] |= 0x80;
        return reply;
    }

    private static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
