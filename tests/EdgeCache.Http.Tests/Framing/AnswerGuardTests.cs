using System.Text;
using EdgeCache.Http.Framing;
using Xunit;

namespace EdgeCache.Http.Tests.Framing;

public sealed class AnswerGuardTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData(Get, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData(Get, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData(Get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nX: y\r\n\r\n")]
    [InlineData(Get, "HTTP/1.1 200 OK\r\n\r\nuntil it closes\n\0")]
    [InlineData(Get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: odd\r\n\r\nuntil it closes\n\0")]
    [InlineData(Get, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData(Get, "HTTP/1.1 101 Switching Protocols\r\n\r\n\n\0anything")]
    [InlineData(Head, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")]
    [InlineData(Get, "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n")]
    public void Answer_ThatIsSound_Passes_HoweverItIsCut(string request, string answer)
    {
        foreach (var size in (int[])[1, 5, answer.Length])
        {
            var guard = new AnswerGuard();
            for (var round = 0; round < 2; round++)
            {
                guard.Begin(Encoding.Latin1.GetBytes(request));
                Assert.True(Feed(guard, answer, size), $"{size}");
                Assert.True(guard.IsInBody);
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHT")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokk")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n")]
    public void Answer_ThatCouldBeReadInTwoWays_IsBroken(string answer)
    {
        var guard = new AnswerGuard();
        guard.Begin(Encoding.Latin1.GetBytes(Get));

        Assert.False(Feed(guard, answer, answer.Length));
    }

    [Fact]
    public void HeadThatIsAnsweredWithABody_IsLeftToTheClient()
    {
        var guard = new AnswerGuard();
        guard.Begin(Encoding.Latin1.GetBytes(Head));

        Assert.True(Feed(guard, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 100));
        Assert.False(guard.IsOver);
    }

    [Fact]
    public void BodyThatPosesAsARequest_ChangesNothing()
    {
        var guard = new AnswerGuard();
        guard.Begin("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n"u8);
        guard.Begin("HEAD / HTTP/1.1\r\n\r\n"u8);

        Assert.True(guard.IsUnansweredOnFresh);
        Assert.False(Feed(guard, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n", 100));
    }

    [Fact]
    public void BytesOfARequestsBody_AreNoNewRequest()
    {
        var guard = new AnswerGuard();
        guard.Begin("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"u8);
        guard.Begin("some body"u8);
        Assert.True(Feed(guard, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 100));

        guard.Begin("HEAD or tail\r\n"u8);

        Assert.False(Feed(guard, "okHTTP/1.1 200 OK", 99));
    }

    [Fact]
    public void Unanswered_IsOnlyWhatAFreshConnectionGaveNothingFor()
    {
        var guard = new AnswerGuard();
        Assert.False(guard.IsUnansweredOnFresh);
        guard.Begin(Encoding.Latin1.GetBytes(Get));
        Assert.True(guard.IsUnansweredOnFresh);
        Assert.True(Feed(guard, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 100));
        Assert.False(guard.IsUnansweredOnFresh);

        guard.Begin(Encoding.Latin1.GetBytes(Get));

        Assert.False(guard.IsUnansweredOnFresh);
    }

    private static bool Feed(AnswerGuard guard, string text, int size)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var at = 0; at < bytes.Length; at += size)
        {
            if (!guard.TryRead(bytes.AsSpan(at, Math.Min(size, bytes.Length - at))))
            {
                return false;
            }
        }

        return true;
    }
}
