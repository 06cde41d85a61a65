using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Linux: takes up to 32 queries per system call and sends their answers with another. Blocks for the first of a batch only (MSG_WAITFORONE), so it neither
/// spins when little comes nor waits when something is there.
/// </summary>
internal sealed unsafe class BatchedUdpSocket : UdpSocket
{
    private const int WakeAfterMilliseconds = 1_000;
    private readonly AddressFamily _family;
    private readonly bool _anyAddress;
    private readonly int _descriptor;
    private readonly UdpBatch _batch;

    public BatchedUdpSocket(Socket socket, IDnsResponder responder, DeferredQueries deferred, LoopCounters counters, Action<Exception> failed)
        : base(socket, responder, deferred, counters, failed)
    {
        var local = (IPEndPoint)socket.LocalEndPoint!; // bound
        _family = local.AddressFamily;
        _anyAddress = local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any);
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        socket.ReceiveTimeout = WakeAfterMilliseconds;
        if (_anyAddress)
        {
            (int level, int option) = _family == AddressFamily.InterNetwork
                ? (LinuxSockets.LevelIPv4, LinuxSockets.PacketInfoV4)
                : (LinuxSockets.LevelIPv6, LinuxSockets.ReceivePacketInfoV6);
            socket.SetRawSocketOption(level, option, BitConverter.GetBytes(1));
        }

        LinuxSockets.MakeBlocking(_descriptor);
        _batch = new UdpBatch(_anyAddress);
    }

    public override bool Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control)
    {
        // The handle is held so that a late answer never meets a descriptor that now belongs to somebody else.
        bool held = false;
        try
        {
            Socket.SafeHandle.DangerousAddRef(ref held);
            fixed (byte* data = message)
            fixed (byte* name = peer)
            fixed (byte* info = control)
            {
                LinuxSockets.IoVector vector = new() { Base = data, Length = message.Length };
                LinuxSockets.MessageHeader header = new()
                {
                    Name = name,
                    NameLength = (uint)peer.Length,
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = info,
                    ControlLength = control.Length,
                };
                return LinuxSockets.sendmsg(_descriptor, &header, 0) >= 0;
            }
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
            {
                Socket.SafeHandle.DangerousRelease();
            }
        }
    }

    protected override void Wake() => LinuxSockets.WakeReceivers(_descriptor);

    protected override void Loop()
    {
        while (!Stopping)
        {
            _batch.Reset();
            int received = LinuxSockets.recvmmsg(_descriptor, _batch.Received, UdpBatch.Size, LinuxSockets.MessageWaitForOne, null);
            if (received > 0)
            {
                Serve(received);
            }
        }

        _batch.Free();
    }

    private void Serve(int received)
    {
        for (int i = 0; i < received; i++)
        {
            LinuxSockets.BatchHeader* message = _batch.Received + i;
            var peer = new ReadOnlySpan<byte>(message->Header.Name, (int)Math.Min(message->Header.NameLength, UdpBatch.PeerBytes));
            if ((message->Header.Flags & LinuxSockets.MessageTruncated) != 0
                || !RawAddress.TryRead(peer, _family, out QuerySource source)
                || source.Port == 0)
            {
                continue;
            }

            var query = new ReadOnlySpan<byte>(_batch.Queries + (i * MaxQuery), (int)message->Length);
            byte* response = _batch.Responses + (i * WireLimits.MaxUdpPayload);
            int length = Ask(query, source, new Span<byte>(response, WireLimits.MaxUdpPayload));
            if (length > 0)
            {
                _batch.Answer(i, response, length, Control(message));
            }
            else if (length == Verdicts.Later)
            {
                Deferred.Start(this, Responder, query, source, peer, Control(message));
            }
        }

        Flush();
        Deferred.Release(cameAlone: received == 1);
        Counters.Add(received);
    }

    /// <summary>The packet information of a query, made fit to send an answer with: from that address, by whatever interface routing says.</summary>
    private ReadOnlySpan<byte> Control(LinuxSockets.BatchHeader* message)
    {
        int length = (int)message->Header.ControlLength;
        if (!_anyAddress || length < 28 || length > UdpBatch.ControlBytes)
        {
            return default;
        }

        // cmsghdr {size_t len; int level; int type}, then in_pktinfo {int ifindex; spec_dst; addr}: the interface is cleared. IPv6 keeps it (link-local needs it).
        byte* control = message->Header.Control;
        int level = *(int*)(control + 8);
        int type = *(int*)(control + 12);
        if (level == LinuxSockets.LevelIPv4 && type == LinuxSockets.PacketInfoV4)
        {
            *(int*)(control + 16) = 0;
            return new ReadOnlySpan<byte>(control, length);
        }

        return level == LinuxSockets.LevelIPv6 && type == LinuxSockets.PacketInfoV6 ? new ReadOnlySpan<byte>(control, length) : default;
    }

    private void Flush()
    {
        int sent = 0;
        while (sent < _batch.Messages)
        {
            int now = LinuxSockets.sendmmsg(_descriptor, _batch.Sent + sent, (uint)(_batch.Messages - sent), 0);
            if (now > 0)
            {
                sent += now;
            }
            else if (Marshal.GetLastPInvokeError() is var error && error != LinuxSockets.ErrorInterrupted)
            {
                // The first of the rest cannot be sent (no route, refused): pass over it. A row may have met a device that takes none.
                _batch.Segments &= error is not (LinuxSockets.ErrorInputOutput or LinuxSockets.ErrorInvalid);
                SendOneByOne(sent++);
            }
        }
    }

    private void SendOneByOne(int message)
    {
        nint answers = _batch.Sent[message].Header.VectorCount;
        for (int i = 0; answers > 1 && i < answers; i++)
        {
            LinuxSockets.MessageHeader alone = _batch.Alone(message, i);
            _ = LinuxSockets.sendmsg(_descriptor, &alone, 0);
        }
    }
}
