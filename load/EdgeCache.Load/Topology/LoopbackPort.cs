using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Load.Topology;

/// <summary>Ports of this machine for the processes that a run starts.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that nobody has now, for TCP and for UDP: DNS needs both. Somebody may take it before the process does.</summary>
    public static int Free()
    {
        while (true)
        {
            using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            stream.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                datagrams.Bind(stream.LocalEndPoint!); // bound, so it has one
                return ((IPEndPoint)stream.LocalEndPoint!).Port;
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                continue; // Another one's UDP.
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
