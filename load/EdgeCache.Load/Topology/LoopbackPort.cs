using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Load.Topology;

/// <summary>TCP ports of this machine for the processes that a run starts.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that nobody has now; somebody may take it before the process does.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port; // bound, so it has one
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
