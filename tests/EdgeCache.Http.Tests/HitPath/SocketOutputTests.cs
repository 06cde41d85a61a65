using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Http.HitPath;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class SocketOutputTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Flush_Canceled_LosesAndDoublesNothing()
    {
        await using var pair = await Pair.MakeAsync();
        var expected = new byte[8 << 20];
        new Random(1).NextBytes(expected);
        var canceled = 0;
        var reading = Task.CompletedTask;
        var got = new byte[expected.Length];
        for (var at = 0; at < expected.Length; at += 1 << 20)
        {
            pair.Output.Write(expected.AsSpan(at, 1 << 20));
            var flush = pair.Output.FlushAsync(TestContext.Current.CancellationToken);
            if (!flush.IsCompleted && canceled == 0)
            {
                pair.Output.CancelPendingFlush();
                Assert.True((await flush).IsCanceled);
                canceled++;
                reading = ReadAsync(pair.Peer, got);
                continue;
            }

            Assert.False((await flush.AsTask().WaitAsync(_patience)).IsCompleted);
        }

        await pair.Output.CompleteAsync();
        await reading.WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, canceled);
        Assert.True(got.AsSpan().SequenceEqual(expected));
    }

    [Fact]
    public async Task Complete_WithBytesUnsent_SendsThemBeforeTheTransportEnds()
    {
        await using var pair = await Pair.MakeAsync();
        pair.Output.Write("the end"u8);
        pair.Output.Complete();
        var got = new byte[7];
        await ReadAsync(pair.Peer, got);
        Assert.Equal("the end"u8, got);
        Assert.True((await pair.Transport.Reader.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
    }

    [Fact]
    public async Task Flush_PeerGone_CompletesAndAbortsTheConnection()
    {
        await using var pair = await Pair.MakeAsync();
        pair.Peer.LingerState = new LingerOption(true, 0);
        pair.Peer.Dispose();
        FlushResult result = default;
        for (var i = 0; i < 1000 && !result.IsCompleted; i++)
        {
            pair.Output.Write(new byte[64 * 1024]);
            result = await pair.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience);
        }

        Assert.True(result.IsCompleted);
        Assert.True(pair.Connection.ConnectionClosed.IsCancellationRequested);
    }

    private static async Task ReadAsync(Socket socket, byte[] to)
    {
        for (var at = 0; at < to.Length;)
        {
            var got = await socket.ReceiveAsync(to.AsMemory(at)).AsTask().WaitAsync(_patience);
            Assert.True(got > 0);
            at += got;
        }
    }

    private sealed class Pair : IAsyncDisposable
    {
        public required Socket Peer { get; init; }

        public required Socket Own { get; init; }

        public required SocketOutput Output { get; init; }

        public required DefaultConnectionContext Connection { get; init; }

        public required Pipe Transport { get; init; }

        public static async Task<Pair> MakeAsync()
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
            await peer.ConnectAsync(listener.LocalEndPoint!); // It listens.
            var own = await listener.AcceptAsync();
            own.SendBufferSize = 8192;
            var connection = new ClosableConnection();
            var transport = new Pipe();
            return new Pair { Peer = peer, Own = own, Connection = connection, Transport = transport, Output = new SocketOutput(connection, own, transport.Writer) };
        }

        public ValueTask DisposeAsync()
        {
            Peer.Dispose();
            Own.Dispose();
            return Connection.DisposeAsync();
        }
    }

    private sealed class ClosableConnection : DefaultConnectionContext
    {
        private readonly CancellationTokenSource _closed = new();

        public ClosableConnection() => ConnectionClosed = _closed.Token;

        public override void Abort(ConnectionAbortedException abortReason) => _closed.Cancel();
    }
}
