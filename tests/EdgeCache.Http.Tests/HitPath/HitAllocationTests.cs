using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

/// <summary>Counts what the whole process allocates while hits are answered, so it must not run beside other tests.</summary>
[Collection(nameof(Alone))]
public sealed class HitAllocationTests(EdgeUnderTest edge) : IClassFixture<EdgeUnderTest>
{
    private const int Rounds = 300;
    private const int Windows = 100;

    /// <summary>Timers and the runtime allocate now and then, but not in every window; one object per request would be 24 in each.</summary>
    private const double NoisePerRequest = 8;

    [Theory]
    [InlineData("/bytes/1024", "")]
    [InlineData("/bytes/16384", "")]
    [InlineData("/vary/1024", "Accept-Encoding: gzip, deflate, br\r\nUser-Agent: test\r\nAccept: */*\r\n")]
    public async Task Hit_OverARealSocket_AllocatesNothing(string path, string fields)
    {
        await edge.FillAsync("/bytes/10");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(edge.EndPoint); // A socket that was used asynchronously would allocate for each blocking call.
        var request = Encoding.ASCII.GetBytes(RawClient.Get(path, fields));
        var buffer = new byte[64 * 1024];
        for (var i = 0; i < 2_000; i++)
        {
            Ask(socket, request, buffer);
        }

        var hits = edge.Node.Tally.Hits;
        var least = double.MaxValue;
        for (var attempt = 0; attempt < Windows && least > NoisePerRequest; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Rounds; i++)
            {
                Ask(socket, request, buffer);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
        }

        Assert.True(edge.Node.Tally.Hits >= hits + Rounds);
        Assert.InRange(least, 0, NoisePerRequest);
    }

    /// <summary>Asks and reads the whole answer without allocating.</summary>
    private static void Ask(Socket socket, byte[] request, byte[] buffer)
    {
        socket.Send(request);
        var filled = 0;
        while (true)
        {
            filled += socket.Receive(buffer.AsSpan(filled));
            var answer = buffer.AsSpan(0, filled);
            var end = answer.IndexOf("\r\n\r\n"u8);
            var field = answer.IndexOf("Content-Length: "u8);
            if (end > 0 && field > 0 && System.Buffers.Text.Utf8Parser.TryParse(answer[(field + 16)..], out int length, out _) && filled >= end + 4 + length)
            {
                return;
            }
        }
    }
}

/// <summary>Tests that look at the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
