using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

public sealed class HostileOriginTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n{300 fields}Content-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n Content-Length: 1\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("ICY 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("<html>hello</html>\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Answer_ThatIsNoSoundHead_Is502_IsNotStored_AndItsConnectionIsNotUsedAgain(string answer)
    {
        var calls = 0;
        answer = answer.Replace("{300 fields}", string.Concat(Enumerable.Range(0, 300).Select(i => $"X{i}: 1\r\n")), StringComparison.Ordinal);
        await using var origin = new RawOrigin(async exchange =>
        {
            if (Interlocked.Increment(ref calls) > 1 && exchange.Target == "/y")
            {
                await exchange.SendAsync(Ok);
                return;
            }

            await exchange.SendAsync(answer.Length == 0 || answer.Contains("max-age", StringComparison.Ordinal) ? answer : answer.Replace("\r\n\r\n", "\r\nCache-Control: max-age=60\r\n\r\n", StringComparison.Ordinal));
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var first = await edge.RawAsync(Get, Cancel);
        var second = await edge.RawAsync(Get, Cancel);

        Assert.StartsWith("HTTP/1.1 502 ", first);
        Assert.StartsWith("HTTP/1.1 502 ", second);
        Assert.DoesNotContain("; hit", second);
        Assert.Contains("Cache-Status: edge-t; fwd=", second);
        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync(Get.Replace("/x", "/y", StringComparison.Ordinal), Cancel));
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nshort")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nsho")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nshortXX5\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nFFFFFFFFFFFFFFFFF\r\n")]
    public async Task Body_ThatBreaksOff_IsBrokenOffForTheClient_AndNotStored(string rest)
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n{rest}");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        for (var i = 0; i < 2; i++)
        {
            var text = await edge.RawAsync(Get, Cancel);

            // An end that a client can tell from a whole body: neither the last chunk, nor as many bytes as were promised, nor an end by closing.
            Assert.False(text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) && !text.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal));
            Assert.True(text.Length == 0 || text.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal) || text.Contains("Transfer-Encoding: chunked") || text.Contains("Content-Length: 10"), text);
            Assert.DoesNotContain("; hit", text);
        }

        Assert.Equal(2, origin.Requests.Count);
        Assert.Equal(0, edge.Counters.Entries);
    }

    [Theory]
    [InlineData("GET", "Content-Length: 0\r\n\r\n")]
    [InlineData("GET", "Content-Length: 2\r\n\r\nok")]
    [InlineData("GET", "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("POST", "Content-Length: 2\r\n\r\nok")]
    public async Task ResetContent_HasNone_HoweverItIsSent(string method, string rest)
    {
        await using var origin = new RawOrigin($"HTTP/1.1 205 Reset Content\r\nCache-Control: max-age=60\r\n{rest}");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        for (var i = 0; i < 2; i++)
        {
            var answer = await edge.RawAsync(Get.Replace("GET", method, StringComparison.Ordinal), Cancel);

            Assert.StartsWith("HTTP/1.1 205 ", answer);
            Assert.Contains("\r\nContent-Length: 0\r\n", answer);
            Assert.EndsWith("\r\n\r\n", answer);
            Assert.Equal(i == 1 && method == "GET", answer.Contains("; hit", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("no-store", "Content-Length: 10\r\n\r\nshort")]
    [InlineData("no-store", "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")]
    [InlineData("max-age=60", "Content-Length: 50000\r\n\r\nshort")]
    public async Task Body_ThatBreaksOff_EndsAnHttp2StreamAsAnError_NotAsTheClientsWish(string control, string rest)
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nCache-Control: {control}\r\n{rest}");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x") { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var broken = await Assert.ThrowsAsync<HttpRequestException>(() => edge.Http.SendAsync(request, Cancel));

        Assert.Equal(2, Assert.IsType<HttpProtocolException>(broken.GetBaseException()).ErrorCode);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "Authorization: x\r\n")]
    [InlineData("GET", "Range: bytes=0-1\r\n")]
    [InlineData("HEAD", "")]
    [InlineData("POST", "")]
    public async Task NotModified_ThatTheClientDidNotAskFor_Is502(string method, string fields)
    {
        await using var origin = new RawOrigin("HTTP/1.1 304 Not Modified\r\n\r\n");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync($"{method} /x HTTP/1.1\r\nHost: a\r\n{fields}Connection: close\r\n\r\n", Cancel));
        Assert.StartsWith("HTTP/1.1 304 ", await edge.RawAsync($"HEAD /x HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"a\"\r\nConnection: close\r\n\r\n", Cancel));
    }

    [Fact]
    public async Task BytesBeyondALongBody_BreakItOff_AndItIsNotStored()
    {
        var body = new string('a', 100_000);
        await using var origin = new RawOrigin($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nCache-Control: max-age=60\r\n\r\n{body} and more");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        for (var i = 0; i < 2; i++)
        {
            Assert.DoesNotContain(body, await edge.RawAsync(Get, Cancel));
        }

        Assert.Equal(2, origin.Requests.Count);
        Assert.Equal(0, edge.Counters.Entries);
    }

    [Fact]
    public async Task HeadThatIsAnsweredWithABody_IsAnswered_AndItsConnectionIsNotUsedAgain()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.EndsWith("\r\n\r\n", await edge.RawAsync(Get.Replace("GET", "HEAD", StringComparison.Ordinal), Cancel));
        Assert.EndsWith("\r\n\r\nok", await edge.RawAsync(Get, Cancel));
        Assert.Equal(2, origin.Connections);
    }

    [Fact]
    public async Task SurplusBytes_OnAPooledConnection_AreNobodysAnswer()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(
            $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{exchange.Target}" + (exchange.Target == "/1" ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : "")));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel));
        for (var i = 2; i < 6; i++)
        {
            Assert.EndsWith($"/{i}", await edge.RawAsync($"GET /{i} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel));
        }

        Assert.True(origin.Connections >= 2);
    }

    [Fact]
    public async Task ResetAfterTheRequest_IsAnErrorForAllWhoWait()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayReset = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new RawOrigin(async exchange =>
        {
            arrived.TrySetResult();
            await mayReset.Task.WaitAsync(exchange.Stop);
            exchange.Reset();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        var clients = Enumerable.Range(0, 5).Select(_ => edge.RawAsync(Get, Cancel)).ToList();
        await arrived.Task.WaitAsync(EdgeBench.Patience, Cancel);
        mayReset.SetResult();

        Assert.All(await Task.WhenAll(clients), text => Assert.StartsWith("HTTP/1.1 502 ", text));
    }

    [Fact]
    public async Task GiantHead_Is502()
    {
        await using var origin = new RawOrigin($"HTTP/1.1 200 OK\r\nX: {new string('a', 200_000)}\r\nContent-Length: 2\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task UnknownCoding_EndsWithTheConnection_AndIsStoredWithoutIt()
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: x-unheard-of\r\nCache-Control: max-age=60\r\n\r\nbody");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        var again = await edge.RawAsync(Get, Cancel);

        Assert.EndsWith("\r\n\r\nbody", again);
        Assert.DoesNotContain("Transfer-Encoding", again);
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task StalePooledConnection_IsTriedAgainForASafeRequest()
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{exchange.Target}");
            exchange.Close(); // Without having said so.
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        for (var i = 0; i < 10; i++)
        {
            Assert.EndsWith($"/{i}", await edge.RawAsync($"GET /{i} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel));
        }
    }
}
