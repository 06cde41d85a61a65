using System.Text;
using EdgeCache.Http.HitPath;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class RawHeadTests
{
    private const string Get = "GET /a?b=1 HTTP/1.1\r\n";
    private const string Host = "Host: shop.test\r\n";

    [Theory]
    [InlineData(Get + Host + "\r\n")]
    [InlineData(Get + "hOST:shop.test\r\n\r\n")]
    [InlineData(Get + "Host:\t shop.test \t\r\nAccept-Encoding: gzip, br\r\nCookie: a=b\r\nUser-Agent: x (y; z)\r\n\r\n")]
    [InlineData(Get + Host + "Connection: Keep-Alive\r\n\r\n")]
    [InlineData(Get + Host + "X-Empty:\r\n\r\nGET /next")]
    public void Read_PlainGet_IsSimple(string text)
    {
        Assert.Equal(HeadKind.Simple, Read(text, out var head));
        Assert.Equal("/a?b=1", Encoding.ASCII.GetString(head.Target));
        Assert.Equal("shop.test", Encoding.ASCII.GetString(head.Host));
        Assert.Equal(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4, head.Length);
        Assert.Equal(0, head.BodyLength);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET")]
    [InlineData(Get + Host)]
    [InlineData(Get + Host + "\r")]
    [InlineData(Get + Host + "\n")]
    public void Read_WithoutEnd_IsIncomplete(string text) => Assert.Equal(HeadKind.Incomplete, Read(text, out _));

    [Theory]
    [InlineData("HEAD / HTTP/1.1\r\n" + Host + "\r\n", 0)]
    [InlineData("OPTIONS * HTTP/1.1\r\n" + Host + "\r\n", 0)]
    [InlineData("GET http://shop.test/ HTTP/1.1\r\n" + Host + "\r\n", 0)]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Content-Length: 12\r\n\r\n", 12)]
    [InlineData(Get + Host + "Content-Length: 0\r\n\r\n", 0)]
    [InlineData(Get + Host + "Cache-Control: no-cache\r\n\r\n", 0)]
    [InlineData(Get + Host + "PRAGMA: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "Range: bytes=0-1\r\n\r\n", 0)]
    [InlineData(Get + Host + "If-None-Match: \"x\"\r\n\r\n", 0)]
    [InlineData(Get + Host + "if-modified-since: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "If-Match: *\r\n\r\n", 0)]
    [InlineData(Get + Host + "If-Unmodified-Since: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "If-Range: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "Authorization: Basic x\r\n\r\n", 0)]
    [InlineData(Get + Host + "CDN-Loop: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "Edge-Floor: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "Edge-Consistency: strong\r\n\r\n", 0)]
    [InlineData(Get + Host + "EDGE-SESSION: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "Edge-Anything-Later: x\r\n\r\n", 0)]
    [InlineData(Get + Host + "TE: trailers\r\n\r\n", 0)]
    public void Read_WellFormedButNotPlain_IsBounded(string text, long body)
    {
        Assert.Equal(HeadKind.Bounded, Read(text, out var head));
        Assert.Equal(text.Length, head.Length);
        Assert.Equal(body, head.BodyLength);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n" + Host + "\r\n")]
    [InlineData("GET / HTTP/1.1 \r\n" + Host + "\r\n")]
    [InlineData("GET  / HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData("GET /a\tb HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData("G@T / HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData("\r\n" + Get + Host + "\r\n")]
    [InlineData("GET / HTTP/1.1\n" + Host + "\r\n")]
    [InlineData(Get + "\r\n")]
    [InlineData(Get + "Host:\r\n\r\n")]
    [InlineData(Get + Host + Host + "\r\n")]
    [InlineData(Get + Host + "X: a\nY: b\r\n\r\n")]
    [InlineData(Get + Host + "X: a\rb\r\n\r\n")]
    [InlineData(Get + Host + "X: a\r\n folded\r\n\r\n")]
    [InlineData(Get + " Host: shop.test\r\n\r\n")]
    [InlineData(Get + "Host : shop.test\r\n\r\n")]
    [InlineData(Get + Host + "X y: a\r\n\r\n")]
    [InlineData(Get + Host + ": a\r\n\r\n")]
    [InlineData(Get + Host + "no colon\r\n\r\n")]
    [InlineData(Get + Host + "X: a\0b\r\n\r\n")]
    [InlineData(Get + Host + "X: \u00e9\r\n\r\n")]
    [InlineData(Get + Host + "Connection: close\r\n\r\n")]
    [InlineData(Get + Host + "Connection: keep-alive, X\r\n\r\n")]
    [InlineData(Get + Host + "Upgrade: websocket\r\n\r\n")]
    [InlineData(Get + Host + "HTTP2-Settings: x\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Content-Length: +1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Content-Length: 1, 1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Content-Length:\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\n" + Host + "Content-Length: 9999999999999999999\r\n\r\n")]
    public void Read_AnythingElse_IsUnknown(string text) => Assert.Equal(HeadKind.Unknown, Read(text, out _));

    [Fact]
    public void Read_RandomBytesAfterASimpleHead_NeverThrows()
    {
        var random = new Random(4);
        var simple = Encoding.ASCII.GetBytes(Get + Host + "Accept: */*\r\n\r\n");
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = simple.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (RawHead.Read(bytes, out var head) == HeadKind.Simple)
            {
                Assert.True(head.Target.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 && head.Host.IndexOfAny((byte)'\r', (byte)'\n') < 0);
            }
        }
    }

    private static HeadKind Read(string text, out RawHead head) => RawHead.Read(Encoding.Latin1.GetBytes(text), out head);
}
