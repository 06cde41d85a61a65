using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Load.Topology;

/// <summary>Ports of this machine for the processes that a run starts.</summary>
internal static class LoopbackPort
{
    // Below the ports that systems give to whoever names none (Linux 32768, RFC 6335 §6: 49152): no listener on port 0 and no client's own end can get one of these.
    private const int First = 10_000;
    private const int Count = 10_000;

    private static uint s_next = (uint)Random.Shared.Next(Count);

    /// <summary>
    /// A port that nobody has now, for TCP and for UDP: DNS needs both. This process gives out none twice before it has given out all. Another process may take it before it is used.
    /// Thread-safe.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (int)(Interlocked.Increment(ref s_next) % Count);
            using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                stream.Bind(new IPEndPoint(IPAddress.Loopback, port));
                datagrams.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                continue; // Another one's.
            }
        }
    }

    /// <summary>True if somebody takes connections there.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
