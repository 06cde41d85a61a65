using System.Net;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>What a proxy owes both sides, beyond passing bytes on (RFC 9110 §7.6, RFC 9112 §3).</summary>
public sealed class DutyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AbsoluteTarget_NamesTheHost_AndHostIsIgnored()
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync("GET http://b.test/x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n", Cancel));

        Assert.Contains("\r\nHost: b.test\r\n", Assert.Single(origin.Requests));
        Assert.Contains("; hit", await edge.RawAsync("GET /x HTTP/1.1\r\nHost: b.test\r\nConnection: close\r\n\r\n", Cancel));
        Assert.DoesNotContain("; hit", await edge.RawAsync("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n", Cancel));
    }

    [Theory]
    [InlineData("HTTP://b.test/x")]
    [InlineData("hTTp://B.test:80/x")]
    public async Task AbsoluteTarget_MayHaveItsSchemeInCapitals(string target)
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n", Cancel));

        Assert.StartsWith("GET /x HTTP/1.1\r\n", Assert.Single(origin.Requests));
        Assert.Contains("; hit", await edge.RawAsync("GET /x HTTP/1.1\r\nHost: b.test\r\nConnection: close\r\n\r\n", Cancel));
    }

    [Fact]
    public async Task Host_GoesUpInTheFormOfTheKey()
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        await edge.RawAsync("GET / HTTP/1.1\r\nHost: A.Test.:80\r\nConnection: close\r\n\r\n", Cancel);

        Assert.Contains("\r\nHost: a.test\r\n", Assert.Single(origin.Requests));
    }

    [Fact]
    public async Task Http10_WithoutHost_IsForTheAddressItCameTo()
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync("GET / HTTP/1.0\r\n\r\n", Cancel));

        Assert.Contains($"\r\nHost: {edge.EndPoint}\r\n", Assert.Single(origin.Requests));
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("5", "4")]
    [InlineData("x", "x")]
    public async Task Options_GoesNoFurtherThanMaxForwards(string asked, string? passedOn)
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync($"OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: {asked}\r\nConnection: close\r\n\r\n", Cancel));

        Assert.Equal(passedOn, origin.Requests.SingleOrDefault()?.Split("\r\n").Single(l => l.StartsWith("Max-Forwards:", StringComparison.Ordinal))[14..]);
    }

    [Fact]
    public async Task Answer_FromTheStore_NamesThisHop()
    {
        await using var origin = new RawOrigin(Ok.Replace("\r\n\r\n", "\r\nVia: 1.1 before\r\n\r\n", StringComparison.Ordinal));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.Http.GetStringAsync("/x", Cancel);

        using var http1 = await edge.Http.GetAsync("/x", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var http2 = await edge.Http.SendAsync(request, Cancel);

        foreach (var answer in (HttpResponseMessage[])[http1, http2])
        {
            Assert.Contains("; hit", answer.Headers.GetValues("Cache-Status").Single());
            Assert.Equal("1.1 before, 1.1 edge-t", answer.Headers.Via.ToString());
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Trailers_ReachAnHttp1ClientThatTakesThem_AsTheBodyStreams(string method)
    {
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            await more.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync("0\r\nX-Sum: 1\r\nX-More: 2\r\nContent-Length: 9\r\n\r\n");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await client.SendAsync($"{method} /x HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent-Length: 0\r\n\r\n", Cancel);
        Assert.True(await client.ReadUntilAsync("5\r\nhello\r\n", Cancel));

        more.SetResult();

        Assert.True(await client.ReadUntilAsync("\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", Cancel));
        await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);
        Assert.EndsWith("5\r\nhello\r\n0\r\n\r\n", await client.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Body_ThatBreaksOff_HasNoEnd_AlsoForAClientThatTakesTrailers()
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var answer = await edge.RawAsync("POST /x HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent-Length: 0\r\n\r\n", Cancel);

        Assert.DoesNotContain("\r\n0\r\n", answer);
    }

    [Fact]
    public async Task Client_ThatWillSendNoMore_GetsAStoredAnswer()
    {
        const string get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(get.Replace("Host", "Connection: close\r\nHost", StringComparison.Ordinal), Cancel);

        // A client whose end arrives just when the server begins is cut off by it, so not every one counts.
        for (var i = 0; i < 200; i++)
        {
            using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
            await client.SendAsync(get, Cancel);
            client.EndSending();
            if ((await client.ReadToEndAsync(Cancel)).EndsWith("\r\n\r\nok", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("nobody got an answer");
    }

    [Fact]
    public async Task NoContent_ThatClaimsALength_PassesWithoutIt()
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        foreach (var expected in (string[])["; stored", "; hit"])
        {
            var answer = await edge.RawAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);
            Assert.StartsWith("HTTP/1.1 204 ", answer);
            Assert.DoesNotContain("Content-Length", answer);
            Assert.Contains(expected, answer);
        }
    }
}
