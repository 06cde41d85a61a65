using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Any platform: one blocking call per query and one per answer, without allocation. Bound to a wildcard address it answers from whichever address the system
/// picks: bind to specific ones there.
/// </summary>
internal sealed class BlockingUdpSocket : UdpSocket
{
    private const int WakeAfterMilliseconds = 500;

    public BlockingUdpSocket(Socket socket, IDnsResponder responder, DeferredQueries deferred, LoopCounters counters, Action<Exception> failed)
        : base(socket, responder, deferred, counters, failed) => socket.ReceiveTimeout = WakeAfterMilliseconds;

    public override bool Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control)
    {
        try
        {
            var address = new SocketAddress(Socket.AddressFamily, peer.Length);
            peer.CopyTo(address.Buffer.Span);
            Socket.SendTo(message, SocketFlags.None, address);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    protected override void Wake()
    {
        // The receive time-out is the wake-up.
    }

    protected override void Loop()
    {
        byte[] query = GC.AllocateUninitializedArray<byte>(MaxQuery, pinned: true);
        byte[] response = GC.AllocateUninitializedArray<byte>(WireLimits.MaxUdpPayload, pinned: true);
        var peer = new SocketAddress(Socket.AddressFamily);
        while (!Stopping)
        {
            try
            {
                ServeOne(query, response, peer);
            }
            catch (SocketException)
            {
                // A time-out, an ICMP error of an earlier answer, or an oversize datagram: the next query counts.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void ServeOne(byte[] query, byte[] response, SocketAddress peer)
    {
        int received = Socket.ReceiveFrom(query, SocketFlags.None, peer);
        ReadOnlySpan<byte> address = peer.Buffer.Span[..peer.Size];

        // A full buffer is a query that was cut off: some systems say so by an exception, some not at all.
        if (received >= MaxQuery || !RawAddress.TryRead(address, Socket.AddressFamily, out QuerySource source) || source.Port == 0)
        {
            return;
        }

        int length = Ask(query.AsSpan(0, received), source, response);
        Counters.Add(1);
        if (length > 0)
        {
            Socket.SendTo(response.AsSpan(0, length), SocketFlags.None, peer);
        }
        else if (length == Verdicts.Later)
        {
            Deferred.Start(this, Responder, query.AsSpan(0, received), source, address, default);
            Deferred.Release(cameAlone: false);
        }
    }
}
