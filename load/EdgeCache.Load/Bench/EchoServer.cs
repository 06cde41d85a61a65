using System.Net;
using System.Net.Sockets;
using EdgeCache.Load.Bench.Native;

namespace EdgeCache.Load.Bench;

/// <summary>Answers every DNS packet with itself, marked as an answer with one record: the least a server can do, to see what a sender reaches.</summary>
internal sealed unsafe class EchoServer : IDisposable
{
    private const int Batch = 64;
    private const int MaxPacket = 512;
    private const int AddressSize = 16;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20, SendBufferSize = 4 << 20, ReceiveTimeout = 100 };
    private readonly Thread _thread;
    private volatile bool _stop;

    private EchoServer(int cpu)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _thread = new Thread(() => Serve(cpu)) { IsBackground = true, Name = "echo" };
        _thread.Start();
    }

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    public static EchoServer Start(int cpu) => new(cpu);

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Serve(int cpu)
    {
        Pinning.Here(cpu);
        const int waitForOne = 0x10000;
        var bytes = stackalloc byte[Batch * (MaxPacket + AddressSize)];
        var vectors = stackalloc Sockets.Vector[Batch];
        var messages = stackalloc Sockets.Message[Batch];
        while (!_stop)
        {
            for (var i = 0; i < Batch; i++)
            {
                var packet = bytes + (i * (MaxPacket + AddressSize));
                vectors[i] = new Sockets.Vector { Base = packet, Length = MaxPacket };
                messages[i] = new Sockets.Message { Name = packet + MaxPacket, NameLength = AddressSize, Vectors = vectors + i, VectorCount = 1 };
            }

            var got = Sockets.ReceiveMany((int)_socket.Handle, messages, Batch, waitForOne, null);
            for (var i = 0; i < got; i++)
            {
                vectors[i].Length = (nint)messages[i].Transferred;
                vectors[i].Base[2] |= 0x80;
                vectors[i].Base[7] = 1;
            }

            if (got > 0)
            {
                _ = Sockets.SendMany((int)_socket.Handle, messages, (uint)got, 0);
            }
        }
    }
}
