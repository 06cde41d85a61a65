#pragma warning disable xUnit1051 // Every wait here has its own patience.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Dns.Tests.Transport;

public sealed class DnsServerTests
{
    private const int PatienceMs = 30_000;
    private readonly ScriptedResponder _responder = new();

    [Theory]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "127.0.0.1")]
    [InlineData(true, "::1")]
    [InlineData(false, "::1")]
    public async Task Udp_EveryKindOfAnswer_ComesBackAndTheLoopSurvives(bool batching, string address)
    {
        await using DnsServer server = await StartAsync(o => o.Batching = batching, address);
        using UdpClient client = Connect(server);
        Assert.Equal(1, Id(await AskAsync(client, ScriptedResponder.Query("now.test", 1))));
        byte[] failure = await AskAsync(client, ScriptedResponder.Query("throw.test", 2));
        Assert.Equal(2, Id(failure));
        Assert.Equal(2, failure[3] & 15);
        Assert.Equal(2, (await AskAsync(client, ScriptedResponder.Query("latethrow.test", 3)))[3] & 15);
        await client.SendAsync(new byte[] { 1 });
        await client.SendAsync(Array.Empty<byte>());
        await client.SendAsync(new byte[5_000]);
        _responder.Gate.SetResult();
        Assert.Equal(4, Id(await AskAsync(client, ScriptedResponder.Query("later.test", 4))));
        Assert.Equal(2, server.Counters.Failures);
        await server.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Udp_WildcardAddress_AnswersFromTheAddressThatWasAsked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "127/8 aliases and packet information are Linux's");
        await using DnsServer server = await StartAsync(_ => { }, "0.0.0.0");
        _responder.Gate.SetResult();
        foreach (string name in new[] { "now.test", "later.test" })
        {
            using var client = new UdpClient(AddressFamily.InterNetwork);
            await client.SendAsync(ScriptedResponder.Query(name), new IPEndPoint(IPAddress.Parse("127.0.0.9"), server.Endpoints[0].Port));
            UdpReceiveResult answer = await client.ReceiveAsync(new CancellationTokenSource(PatienceMs).Token);
            Assert.Equal("127.0.0.9", answer.RemoteEndPoint.Address.ToString());
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Udp_ManyQueriesOfTwoClients_EachGetsItsOwnAnswersWhole(string address)
    {
        await using DnsServer server = await StartAsync(o => o.UdpThreads = 1, address);
        var target = new IPEndPoint(address == "::" ? IPAddress.IPv6Loopback : IPAddress.Parse("127.0.0.1"), server.Endpoints[0].Port);
        using var first = new UdpClient(target.AddressFamily) { Client = { ReceiveBufferSize = 1 << 20 } };
        using var second = new UdpClient(target.AddressFamily) { Client = { ReceiveBufferSize = 1 << 20 } };
        first.Connect(target);
        second.Connect(target);

        // Rows of equal and of falling and rising length, broken by the other client: what is sent as one must arrive as many.
        var random = new Random(3);
        var asked = new Dictionary<UdpClient, List<byte[]>> { [first] = [], [second] = [] };
        for (ushort id = 0; id < 400; id++)
        {
            if (id % 100 == 0)
            {
                // The loop is held until all are there, so that it takes them in full batches.
                _responder.Gate = new TaskCompletionSource();
                first.Send(ScriptedResponder.Query("hold.test", ushort.MaxValue));
            }

            UdpClient client = random.Next(8) == 0 ? second : first;
            byte[] query = ScriptedResponder.Query($"now.{new string('x', random.Next(3) == 0 ? random.Next(1, 60) : 20)}.test", id);
            asked[client].Add(query);
            client.Send(query);
            if (id % 100 == 99)
            {
                _responder.Gate.SetResult();
                Assert.Equal(ushort.MaxValue, Id(await ReceiveAsync(first)));
                await DrainAsync(first);
                await DrainAsync(second);
            }
        }

        async Task DrainAsync(UdpClient client)
        {
            foreach (byte[] query in asked[client])
            {
                byte[] answer = await ReceiveAsync(client);
                Assert.Equal(Id(query), Id(answer));
                Assert.Equal(query.Length, answer.Length);
                Assert.Equal(query[12..], answer[12..]);
            }

            asked[client].Clear();
        }
    }

    [Fact]
    public async Task Udp_QueueFull_DropsAndCountsAndGoesOnAnsweringHits()
    {
        await using DnsServer server = await StartAsync(o => o.MaxWaitingUdp = 2);
        using UdpClient client = Connect(server);
        for (ushort id = 1; id <= 5; id++)
        {
            await client.SendAsync(ScriptedResponder.Query("later.test", id));
        }

        Assert.Equal(9, Id(await AskAsync(client, ScriptedResponder.Query("now.test", 9))));
        Assert.True(SpinWait.SpinUntil(() => server.Counters.Overflowed == 3, PatienceMs));
        _responder.Gate.SetResult();
        Assert.InRange(Id(await ReceiveAsync(client)), 1, 2);
        Assert.InRange(Id(await ReceiveAsync(client)), 1, 2);
    }

    [Fact]
    public async Task Start_PortTaken_SaysSoAndLeavesNothingOpen()
    {
        await using DnsServer first = await StartAsync(_ => { });
        int port = first.Endpoints[0].Port;
        var options = new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Parse("127.0.0.8"), port), new IPEndPoint(IPAddress.Loopback, port)] };
        await using DnsServer second = Make(options);
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => second.StartAsync(CancellationToken.None));
        Assert.Equal(SocketError.AddressAlreadyInUse, e.SocketErrorCode);
        using var free = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.8"), port));
    }

    [Fact]
    public async Task Tcp_Pipelined_AnswersOutOfOrder()
    {
        await using DnsServer server = await StartAsync(_ => { });
        using TcpClient client = await ConnectTcpAsync(server);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Framed(ScriptedResponder.Query("later.test", 1)).Concat(Framed(ScriptedResponder.Query("now.test", 2))).ToArray());
        Assert.Equal(2, Id(await ReadAsync(stream)));
        _responder.Gate.SetResult();
        Assert.Equal(1, Id(await ReadAsync(stream)));
    }

    [Fact]
    public async Task Tcp_OctetByOctet_IsOneQuery()
    {
        await using DnsServer server = await StartAsync(_ => { });
        using TcpClient client = await ConnectTcpAsync(server);
        client.NoDelay = true;
        foreach (byte octet in Framed(ScriptedResponder.Query("now.test", 7)))
        {
            await client.GetStream().WriteAsync(new[] { octet });
        }

        Assert.Equal(7, Id(await ReadAsync(client.GetStream())));
    }

    [Fact]
    public async Task Tcp_HalfClosed_WaitingQueryIsStillAnswered()
    {
        await using DnsServer server = await StartAsync(_ => { });
        using TcpClient client = await ConnectTcpAsync(server);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Framed(ScriptedResponder.Query("later.test", 3)));
        client.Client.Shutdown(SocketShutdown.Send);
        _responder.Gate.SetResult();
        Assert.Equal(3, Id(await ReadAsync(stream)));
    }

    [Theory]
    [InlineData("0000")] // no message
    [InlineData("0005" + "0102030405")] // less than a header
    public async Task Tcp_NoMessageOfDns_ClosesThatConnectionAlone(string hex)
    {
        await using DnsServer server = await StartAsync(_ => { });
        using TcpClient other = await ConnectTcpAsync(server);
        using TcpClient client = await ConnectTcpAsync(server);
        await client.GetStream().WriteAsync(Convert.FromHexString(hex));
        Assert.True(await IsClosedAsync(client));
        await other.GetStream().WriteAsync(Framed(ScriptedResponder.Query("now.test", 4)));
        Assert.Equal(4, Id(await ReadAsync(other.GetStream())));
    }

    [Fact]
    public async Task Tcp_SlowSender_IsCutOffAfterTheMessageTimeout()
    {
        await using DnsServer server = await StartAsync(o => o.MessageTimeout = TimeSpan.FromMilliseconds(300));
        using TcpClient client = await ConnectTcpAsync(server);
        await client.GetStream().WriteAsync(new byte[] { 0, 40, 1 });
        Assert.True(await IsClosedAsync(client));
        Assert.Equal(1, server.Counters.TcpTimeouts);
    }

    [Fact]
    public async Task Tcp_AllPlacesIdle_NewConnectionIsServedAtOnce()
    {
        await using DnsServer server = await StartAsync(o => o.MaxConnections = 100);
        var idle = new List<TcpClient>();
        for (int i = 0; i < 300; i++)
        {
            idle.Add(await ConnectTcpAsync(server));
        }

        using TcpClient client = await ConnectTcpAsync(server);
        await client.GetStream().WriteAsync(Framed(ScriptedResponder.Query("now.test", 5)));
        Assert.Equal(5, Id(await ReadAsync(client.GetStream())));
        using UdpClient datagrams = Connect(server);
        Assert.Equal(6, Id(await AskAsync(datagrams, ScriptedResponder.Query("now.test", 6))));
        Assert.True(SpinWait.SpinUntil(() => server.Counters.TcpConnections <= 100, PatienceMs));
        idle.ForEach(static c => c.Dispose());
    }

    [Fact]
    public async Task Stop_WaitingQueries_AreAnsweredFirst()
    {
        await using DnsServer server = await StartAsync(o => o.DrainTimeout = TimeSpan.FromMilliseconds(PatienceMs));
        using UdpClient client = Connect(server);
        using TcpClient stream = await ConnectTcpAsync(server);
        await stream.GetStream().WriteAsync(Framed(ScriptedResponder.Query("later.test", 1)));
        await client.SendAsync(ScriptedResponder.Query("later.test", 2));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _responder.Seen) == 2, PatienceMs));
        Task stopping = server.StopAsync(CancellationToken.None);
        _responder.Gate.SetResult();
        Assert.Equal(1, Id(await ReadAsync(stream.GetStream())));
        Assert.Equal(2, Id(await ReceiveAsync(client)));
        await stopping.WaitAsync(TimeSpan.FromMilliseconds(PatienceMs));
    }

    private static DnsServer Make(DnsServerOptions options, ScriptedResponder? responder = null) =>
        new("test", options, responder ?? new ScriptedResponder(), TimeProvider.System, NullLogger<DnsServer>.Instance, null);

    private async Task<DnsServer> StartAsync(Action<DnsServerOptions> change, string address = "127.0.0.1")
    {
        var options = new DnsServerOptions { Endpoints = [new IPEndPoint(IPAddress.Parse(address), 0)] };
        change(options);
        DnsServer server = Make(options, _responder);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    private static UdpClient Connect(DnsServer server)
    {
        var client = new UdpClient(server.Endpoints[0].AddressFamily);
        client.Connect(server.Endpoints[0]);
        return client;
    }

    private static async Task<TcpClient> ConnectTcpAsync(DnsServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints[0]);
        return client;
    }

    private static async Task<byte[]> AskAsync(UdpClient client, byte[] query)
    {
        await client.SendAsync(query);
        return await ReceiveAsync(client);
    }

    private static async Task<byte[]> ReceiveAsync(UdpClient client) => (await client.ReceiveAsync(new CancellationTokenSource(PatienceMs).Token)).Buffer;

    private static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        CancellationToken patience = new CancellationTokenSource(PatienceMs).Token;
        byte[] prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, patience);
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(message, patience);
        return message;
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], new CancellationTokenSource(PatienceMs).Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static int Id(byte[] message) => BinaryPrimitives.ReadUInt16BigEndian(message);
}
