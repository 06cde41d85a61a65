using System.Text;
using EdgeCache.Http.Framing;
using Xunit;

namespace EdgeCache.Http.Tests.Framing;

public sealed class HeadScanTests
{
    [Theory]
    [InlineData("Content-Length: 3\r\nContent-Length: 3\r\n", "content-length")]
    [InlineData("Content-Length: 3, 3\r\n", "content-length")]
    [InlineData("Content-Length: +3\r\n", "content-length")]
    [InlineData("Content-Length: -3\r\n", "content-length")]
    [InlineData("Content-Length: 0x3\r\n", "content-length")]
    [InlineData("Content-Length: 3 3\r\n", "content-length")]
    [InlineData("Content-Length:\r\n", "content-length")]
    [InlineData("Content-Length: 9999999999999999999\r\n", "content-length")]
    [InlineData("Content-Length: \u00b2\r\n", "content-length")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "transfer-encoding-and-content-length")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "transfer-encoding-and-content-length")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "transfer-encoding")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", "transfer-encoding")]
    [InlineData("Transfer-Encoding: xchunked\r\n", "transfer-encoding")]
    [InlineData("Transfer-Encoding: chunked,\r\n", "transfer-encoding")]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n", "transfer-encoding")]
    [InlineData("Host: b\r\n", "two-hosts")]
    [InlineData("X : 1\r\n", "field-name")]
    [InlineData(": 1\r\n", "field-name")]
    [InlineData("X\r\n", "field-name")]
    [InlineData("X(: 1\r\n", "field-name")]
    [InlineData("X\u00e9: 1\r\n", "field-name")]
    [InlineData("X: 1\r\n 2\r\n", "folded-line")]
    [InlineData("X: 1\r\n\t2\r\n", "folded-line")]
    [InlineData("X: 1\r2\r\n", "line-end")]
    [InlineData("X: 1\n", "line-end")]
    [InlineData("X: \0\r\n", "control-byte")]
    [InlineData("X: \u000b\r\n", "control-byte")]
    [InlineData("X: \u007f\r\n", "control-byte")]
    public void Read_OfWhatCouldBeReadTwice_SaysWhy(string lines, string why) => Assert.Equal(why, Read(lines).Problem.Text());

    [Theory]
    [InlineData("Content-Length: 12 \r\n", 12, false)]
    [InlineData("content-length:\t0012\r\n", 12, false)]
    [InlineData("Transfer-Encoding:  CHUNKED\t\r\n", 0, true)]
    [InlineData("X: caf\u00e9\ttea\r\n", 0, false)]
    [InlineData("X:\r\n", 0, false)]
    [InlineData("", 0, false)]
    public void Read_OfAWellFormedHead_TellsTheBody(string lines, long length, bool isChunked)
    {
        var facts = Read(lines);

        Assert.Equal((FramingProblem.None, length, isChunked), (facts.Problem, facts.Length, facts.IsChunked));
    }

    [Theory]
    [InlineData("Connection: close\r\n", null)]
    [InlineData("Connection: keep-alive, TE\r\nConnection: Upgrade\r\n", null)]
    [InlineData("Connection: close, X-Hop\r\n", "X-Hop")]
    [InlineData("Connection: A ,, b\r\nConnection: close,C\r\n", "A,b,C")]
    public void Read_OfConnection_NamesWhatItLists(string lines, string? listed) => Assert.Equal(listed, Read(lines).Listed);

    [Fact]
    public void Read_OfACodingInHttp10_Refuses() =>
        Assert.Equal(FramingProblem.TransferEncoding, HeadScan.Read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"u8).Problem);

    [Fact]
    public void Read_OfAnEndlessMethod_Refuses() =>
        Assert.Equal(FramingProblem.Method, HeadScan.Read(Encoding.ASCII.GetBytes(new string('A', HeadScan.MaxMethod + 1) + " / HTTP/1.1\r\n\r\n")).Problem);

    [Fact]
    public void Read_OfAnOrdinaryHead_DoesNotAllocate()
    {
        var head = "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"u8.ToArray();
        HeadScan.Read(head);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            HeadScan.Read(head);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static HeadFacts Read(string lines) => HeadScan.Read(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n"));
}
