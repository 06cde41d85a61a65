using System.Text;
using EdgeCache.Http.Framing;
using Xunit;

namespace EdgeCache.Http.Tests.Framing;

public sealed class ChunkScanTests
{
    private const string Whole = "3;a=\"b c\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n";

    [Theory]
    [InlineData("0\r\n\r\n")]
    [InlineData(Whole)]
    [InlineData("00000003\r\nabc\r\n0\r\n\r\n")]
    public void TryRead_OfAWholeBody_EndsExactlyThere(string body)
    {
        var scan = default(ChunkScan);

        Assert.True(scan.TryRead(Encoding.ASCII.GetBytes(body + "GET / HTTP/1.1\r\n"), out var used));
        Assert.Equal((true, body.Length), (scan.IsDone, used));
    }

    [Fact]
    public void TryRead_InPiecesOfAnySize_EndsAtTheSamePlace()
    {
        var bytes = Encoding.ASCII.GetBytes(Whole);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var scan = default(ChunkScan);
            var total = 0;
            for (var at = 0; at < bytes.Length; at += size)
            {
                Assert.True(scan.TryRead(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)), out var used));
                total += used;
            }

            Assert.Equal((true, bytes.Length), (scan.IsDone, total));
        }
    }

    [Theory]
    [InlineData("0x3\r\n")]
    [InlineData("+3\r\n")]
    [InlineData("-1\r\n")]
    [InlineData(" 3\r\n")]
    [InlineData("3 \r\n")]
    [InlineData("\r\n")]
    [InlineData(";a\r\n")]
    [InlineData("g\r\n")]
    [InlineData("1_0\r\n")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("3\nabc\r\n")]
    [InlineData("3;a\nabc\r\n")]
    [InlineData("3;a\rb\r\n")]
    [InlineData("3;a\0\r\n")]
    [InlineData("3\r\nabc\n0\r\n")]
    [InlineData("3\r\nabcd\r\n0\r\n")]
    [InlineData("0\r\nX: 1\n\r\n")]
    [InlineData("0\r\n X: 1\r\n\r\n")]
    [InlineData("0\n\n")]
    public void TryRead_OfAMalformedBody_Refuses(string body)
    {
        var scan = default(ChunkScan);

        Assert.False(scan.TryRead(Encoding.ASCII.GetBytes(body), out _));
    }

    [Fact]
    public void TryRead_OfAnEndlessExtensionOrTrailer_Refuses()
    {
        foreach (var start in (string[])["3;", "0\r\nX: "])
        {
            var scan = default(ChunkScan);
            Assert.False(scan.TryRead(Encoding.ASCII.GetBytes(start + new string('a', ChunkScan.MaxExtension + 1)), out _));
        }
    }
}
