using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

public sealed class HostileRequestTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\u000bb\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: 1\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("get / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a:\r\n\r\n")]
    [InlineData("GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /..%2f HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    public async Task Request_ThatCouldBeReadTwice_IsRefusedAndTheConnectionClosed(string request)
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var answer = await edge.RawAsync(request, Cancel);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("\r\nCache-Status: edge-t; fwd=bypass; detail=", answer);
        Assert.Empty(origin.Requests);
    }

    [Theory]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505", "version")]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n", "405", "method")]
    [InlineData("GET /{16k} HTTP/1.1\r\nHost: a\r\n\r\n", "414", "too-long")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: {16k}{16k}{16k}\r\n\r\n", "431", "head-too-large")]
    public async Task Answer_OfTheServerItself_HasACacheStatusToo(string request, string status, string why)
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var answer = await edge.RawAsync(request.Replace("{16k}", new string('x', 16 * 1024), StringComparison.Ordinal), Cancel);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Equal(1, answer.Split("Cache-Status: ").Length - 1);
        Assert.Contains($"\r\nCache-Status: edge-t; fwd=bypass; detail={why}\r\n", answer);
        Assert.Empty(origin.Requests);
    }

    [Theory]
    [InlineData("0x3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3\nabc\r\n0\r\n\r\n")]
    [InlineData("3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("10000000000000003\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3;a\nb\r\nabc\r\n0\r\n\r\n")]
    public async Task Body_WithMalformedChunks_IsTheClientsFault(string body)
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var answer = await edge.RawAsync($"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}", Cancel);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Empty(origin.Requests);
    }

    [Theory]
    [InlineData("Connection: close, X-Hop\r\nX-Hop: 1\r\n")]
    [InlineData("Connection: x-hop\r\nConnection: close\r\nX-Hop: 1\r\n")]
    [InlineData("Connection: close\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nTE: gzip\r\n")]
    [InlineData("Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n")]
    [InlineData("Connection: close\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nForwarded: host=evil\r\nX-Original-URL: /evil\r\nX-Rewrite-URL: /evil\r\nX_Original_URL: /evil\r\nX-HTTP-Method-Override: DELETE\r\nTrue-Client-IP: 6.6.6.6\r\n")]
    public async Task Fields_OfTheConnectionOrOfAProxy_DoNotReachTheUpstream(string lines)
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync($"GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n", Cancel));

        var seen = Assert.Single(origin.Requests);
        foreach (var gone in (string[])["X-Hop", "Keep-Alive", "Proxy-Connection", "TE:", "Upgrade", "HTTP2-Settings", "evil", "6.6.6.6", "DELETE"])
        {
            Assert.DoesNotContain(gone, seen, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task FieldListedInConnection_DoesNotTellVariantsApart()
    {
        await using var origin = new RawOrigin(exchange =>
        {
            var language = exchange.Field("Accept-Language") ?? "en";
            return exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\n\r\n{language}");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Accept-Language\r\nAccept-Language: fr\r\n\r\n", Cancel);

        var victim = await edge.RawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Language: fr\r\n\r\n", Cancel);

        Assert.EndsWith("\r\n\r\nfr", victim);
    }

    [Fact]
    public async Task OptionsOfTheServer_IsAnsweredHere()
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var answer = await edge.RawAsync("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Contains("\r\nAllow: GET", answer);
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task PipelinedRequests_AreAnsweredInOrder_AndABadOneEndsThem()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{exchange.Target}"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var answer = await edge.RawAsync(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n", Cancel);

        Assert.Equal(["200", "200", "400"], answer.Split("HTTP/1.1 ").Skip(1).Select(a => a[..3]));
        Assert.Equal(["/1", "/2"], origin.Requests.Select(r => r.Split(' ')[1]));
    }
}
