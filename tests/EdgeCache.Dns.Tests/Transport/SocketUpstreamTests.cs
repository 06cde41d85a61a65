using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Transport;
using Xunit;

namespace EdgeCache.Dns.Tests.Transport;

public sealed class SocketUpstreamTests : IDisposable
{
    private readonly UpstreamCounters _counters = new();
    private readonly UpstreamLoops _loops;

    public SocketUpstreamTests() => _loops = new UpstreamLoops(TimeProvider.System, new CryptoRandom(), _counters, null);

    public void Dispose() => _loops.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Udp_SpoofedReplies_AreCountedAndTheRealOneIsTaken(bool inLoop)
    {
        byte[] query = ScriptedResponder.Query("WwW.example.test", 0x1234);
        UpstreamReply reply = await AskAsync(inLoop, query, (socket, from, asked) =>
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Udp_ReplyFromElsewhereOnly_TimesOut(bool inLoop)
    {
        UpstreamReply reply = await AskAsync(inLoop, ScriptedResponder.Query("www.example.test"), (_, from, asked) =>
        {
            using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            elsewhere.SendTo(Reply(asked), from);
        });
        Assert.Equal(UpstreamOutcome.TimedOut, reply.Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Udp_CaseSpoiled_IsToldApart(bool inLoop)
    {
        UpstreamReply reply = await AskAsync(inLoop, ScriptedResponder.Query("WwW.example.test"), (socket, from, asked) =>
        {
            byte[] lower = Reply(asked);
            lower[13] |= 0x20;
            socket.SendTo(lower, from);
        });
        Assert.Equal(UpstreamOutcome.OtherCase, reply.Outcome);
        Assert.Equal(1, _counters.Of(ReplyMatch.WrongCase));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Udp_NobodyListens_IsUnreachableAtOnce(bool inLoop)
    {
        UpstreamReply reply = await Upstream(inLoop).ExchangeAsync(
            new UpstreamRequest(FreePort(), ScriptedResponder.Query("a.test"), false, TimeSpan.FromSeconds(5)), CancellationToken.None);
        Assert.Equal(UpstreamOutcome.Unreachable, reply.Outcome);
        Assert.True(reply.Elapsed < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Udp_Questions_LeaveFromPortsOfTheirOwn()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var asked = new List<Task<UpstreamReply>>();
        var ports = new List<int>();
        byte[] buffer = new byte[512];
        for (int i = 0; i < 64; i++)
        {
            asked.Add(Upstream(inLoop: true).ExchangeAsync(
                new UpstreamRequest((IPEndPoint)silent.LocalEndPoint!, ScriptedResponder.Query("a.test"), false, TimeSpan.FromMinutes(5)), CancellationToken.None).AsTask());
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            silent.ReceiveFrom(buffer, ref from);
            ports.Add(((IPEndPoint)from).Port);
        }

        Assert.Equal(64, ports.Distinct().Count());
        Assert.Contains(ports, static p => p < 32_768); // Below what the system itself would pick from.

        // Who stops lets go of everybody who waits.
        _loops.Dispose();
        foreach (Task<UpstreamReply> one in asked)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }
    }

    [Fact]
    public async Task Udp_AskerLeaves_IsToldSoon()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var leaving = new CancellationTokenSource();
        Task<UpstreamReply> asked = Upstream(inLoop: true).ExchangeAsync(
            new UpstreamRequest((IPEndPoint)silent.LocalEndPoint!, ScriptedResponder.Query("a.test"), false, TimeSpan.FromMinutes(5)), leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TimeSpan.FromMinutes(1)));
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
        UpstreamReply reply = await Upstream(false).ExchangeAsync(
            new UpstreamRequest(listening ? server.Endpoints[0] : FreePort(), ScriptedResponder.Query("now.test"), true, TimeSpan.FromSeconds(5)), CancellationToken.None);
        Assert.Equal(listening ? UpstreamOutcome.Answered : UpstreamOutcome.Unreachable, reply.Outcome);
    }

    private SocketUpstream Upstream(bool inLoop) => new(TimeProvider.System, new CryptoRandom(), _counters, null, inLoop ? _loops : null);

    private async Task<UpstreamReply> AskAsync(bool inLoop, byte[] query, Action<Socket, EndPoint, byte[]> serve)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ValueTask<UpstreamReply> asking = Upstream(inLoop).ExchangeAsync(
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
