using System.Net;
using System.Net.Sockets;
using EdgeCache.Load.Topology;
using Xunit;

namespace EdgeCache.Load.Tests.Topology;

public sealed class LoopbackPortTests
{
    [Fact]
    public void Free_WhereManyPortsAreTakenForUdp_IsFreeForBoth()
    {
        var taken = Enumerable.Range(0, 500).Select(_ => Bound(SocketType.Dgram, ProtocolType.Udp, 0)).ToList();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                var port = LoopbackPort.Free();
                Assert.DoesNotContain(taken, s => ((IPEndPoint)s.LocalEndPoint!).Port == port);
            }
        }
        finally
        {
            taken.ForEach(s => s.Dispose());
        }
    }

    [Theory]
    [InlineData("edgecache: resolver: 127.0.0.1:42047 cannot be had: another process has it; stop that one or choose another address", true)]
    [InlineData("# Warning: Could not create server TCP listening socket 127.0.0.1:6379: bind: Address already in use", true)]
    [InlineData("edgecache: --memory 'x' is no size", false)]
    public void IsTakenPort_IsSaidOfPortsOnly(string said, bool expected) => Assert.Equal(expected, EdgeCacheEnvironment.IsTakenPort(said));

    private static Socket Bound(SocketType type, ProtocolType protocol, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }
}
