using EdgeCache.Http.Tests.Proxy;
using Xunit;

namespace EdgeCache.Http.Tests.Interim;

public sealed class InterimTests
{
    private const string Hints = "HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-Mine: 2\r\n\r\n";
    private const string Final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok";
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interim_BeforeAFinalResponse_GoesToTheClientAsItComes_AndIsNotStored()
    {
        var mayEnd = new TaskCompletionSource();
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 102 Processing\r\n\r\n" + Hints);
            await mayEnd.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync(Final);
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await client.SendAsync(Get, Cancel);

        Assert.True(await client.ReadUntilAsync("X-Mine: 2\r\n\r\n", Cancel));
        mayEnd.SetResult();
        var text = await client.ReadToEndAsync(Cancel);

        Assert.StartsWith("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nX-Mine: 2\r\n\r\nHTTP/1.1 200 OK\r\n", text);
        Assert.DoesNotContain("X-Mine", text[text.IndexOf("200 OK", StringComparison.Ordinal)..]);
        var again = await edge.RawAsync(Get, Cancel);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", again);
        Assert.DoesNotContain("X-Mine", again);
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task Interim_CutAnywhere_GoesOnWhole()
    {
        var bytes = Hints + Final;
        await using var origin = new RawOrigin(async exchange =>
        {
            foreach (var c in bytes)
            {
                await exchange.SendAsync(c.ToString());
            }
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var text = await edge.RawAsync(Get, Cancel);

        Assert.StartsWith("HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nX-Mine: 2\r\n\r\nHTTP/1.1 200 OK\r\n", text);
        Assert.EndsWith("\r\n\r\nok", text);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nX Y: 1\r\n\r\n")]
    public async Task Interim_OfThisHopOrMalformed_StaysHere(string interim)
    {
        await using var origin = new RawOrigin(interim + Final);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var text = await edge.RawAsync(Get, Cancel);

        Assert.DoesNotContain("HTTP/1.1 1", text);
        Assert.Single(text.Split("HTTP/1.1 ").Skip(1));
    }

    [Fact]
    public async Task Interim_ToAnHttp10Client_IsLeftOut()
    {
        await using var origin = new RawOrigin(Hints + Final);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync("GET / HTTP/1.0\r\nHost: a\r\n\r\n", Cancel));
    }

    [Fact]
    public async Task Interim_WithoutEnd_IsAnError()
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await exchange.SendAsync("HTTP/1.1 102 Processing\r\n\r\n");
            }

            await exchange.SendAsync(Final);
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.Contains("HTTP/1.1 502 ", await edge.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task Continue_OfTheUpstream_LetsTheClientSendItsBody()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n", Cancel);

        Assert.True(await client.ReadUntilAsync("HTTP/1.1 100 Continue\r\n\r\n", Cancel));
        await client.SendAsync("abc", Cancel);
        var text = await client.ReadToEndAsync(Cancel);

        Assert.EndsWith("\r\n\r\ndone", text);
        Assert.EndsWith("abc", Assert.Single(origin.Requests));
    }
}
