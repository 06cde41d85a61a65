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
        var next = LoopbackPort.Free() + 1;
        var taken = Enumerable.Range(next, 50).Where(p => p < 20_000).Select(TryBindDatagrams).OfType<Socket>().ToList();
        try
        {
            for (var i = 0; i < 100; i++)
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

    [Fact]
    public async Task Free_ManyAskAtOnce_NoneTwiceAndNoneThatASystemGivesAway()
    {
        var ports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 200).Select(_ => LoopbackPort.Free()).ToList())));
        var all = ports.SelectMany(p => p).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, p => Assert.InRange(p, 1024, 32_767));
    }

    [Theory]
    [InlineData("edgecache: resolver: 127.0.0.1:42047 cannot be had: another process has it; stop that one or choose another address", true)]
    [InlineData("# Warning: Could not create server TCP listening socket 127.0.0.1:6379: bind: Address already in use", true)]
    [InlineData("edgecache: --memory 'x' is no size", false)]
    public void IsTakenPort_IsSaidOfPortsOnly(string said, bool expected) => Assert.Equal(expected, EdgeCacheEnvironment.IsTakenPort(said));

    private static Socket? TryBindDatagrams(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
