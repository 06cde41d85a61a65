using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>What only passes: upgrades, events, gRPC, uploads; and what is given up on.</summary>
public sealed class PassingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WebSocket_IsOpenBothWays()
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            // The forwarder adds the upgrade itself: it must not come twice.
            await exchange.SendAsync(exchange.Field("Upgrade") != "websocket" || exchange.Field("Connection") != "Upgrade" ? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nhello");
            var got = await exchange.ReceiveAsync(6);
            await exchange.SendAsync($"[{got}]");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: k\r\n\r\n", Cancel);
        Assert.True(await client.ReadUntilAsync("hello", Cancel));

        await client.SendAsync("\0\n\n\0ab", Cancel);

        Assert.StartsWith("HTTP/1.1 101 ", client.Text.ToString());
        Assert.True(await client.ReadUntilAsync("[\0\n\n\0ab]", Cancel));
    }

    [Fact]
    public async Task Events_ArriveOneByOne()
    {
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\nb\r\ndata: one\n\n\r\n");
            await more.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync("b\r\ndata: two\n\n\r\n0\r\n\r\n");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n", Cancel);
        Assert.True(await client.ReadUntilAsync("data: one\n\n", Cancel));

        more.SetResult();

        Assert.EndsWith("data: two\n\n\r\n0\r\n\r\n", await client.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Grpc_StreamsBothWaysWithTrailers()
    {
        await using var origin = await AppOrigin.StartAsync(
            HttpProtocols.Http2,
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.DeclareTrailer("grpc-status");
                await context.Response.StartAsync(context.RequestAborted);
                await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", context.Request.Headers.TE.ToString() == "trailers" ? "0" : "13");
            },
            Cancel);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/svc/Call")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([1, 2, 3]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.ParseAdd("trailers");

        using var answer = await edge.Http.SendAsync(request, Cancel);

        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Upload_StreamsToTheApplication_BeforeItsLastByteIsSent()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = await AppOrigin.StartAsync(
            HttpProtocols.Http1,
            async context =>
            {
                long total = 0;
                var buffer = new byte[64 * 1024];
                for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0; total += read)
                {
                    first.TrySetResult();
                }

                await context.Response.WriteAsync(total.ToString(System.Globalization.CultureInfo.InvariantCulture), context.RequestAborted);
            },
            Cancel);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        const int size = 16 << 20;
        await client.SendAsync($"PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{new string('u', size / 2)}", Cancel);
        await first.Task.WaitAsync(EdgeBench.Patience, Cancel);

        await client.SendAsync(new string('u', size / 2), Cancel);

        Assert.Contains($"\r\n{size}\r\n0\r\n\r\n", await client.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task UnsafeRequest_WhoseOutcomeIsUnknown_IsSentOnce_AndInvalidates()
    {
        var posts = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            if (exchange.Request.StartsWith("POST", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref posts);
                exchange.Reset();
                return;
            }

            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        const string get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        await edge.RawAsync(get, Cancel);
        Assert.Contains("; hit", await edge.RawAsync(get, Cancel));

        var answer = await edge.RawAsync("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\na", Cancel);

        Assert.StartsWith("HTTP/1.1 502 ", answer);
        Assert.Equal(1, posts);
        Assert.DoesNotContain("; hit", await edge.RawAsync(get, Cancel));
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("POST", "Content-Length: 0\r\n")]
    [InlineData("PATCH", "")]
    [InlineData("ODD", "")]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    public async Task Request_ThatTheUpstreamTookAndDidNotAnswer_IsSentOnce(string method, string lines)
    {
        var isSilent = false;
        await using var origin = new RawOrigin(async exchange =>
        {
            if (isSilent)
            {
                exchange.Close();
                return;
            }

            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nok");
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);
        isSilent = true;

        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync($"{method} /x HTTP/1.1\r\nHost: a\r\n{lines}Connection: close\r\n\r\n", Cancel));

        Assert.Equal(2, origin.Requests.Count);
    }

    [Fact]
    public async Task UpstreamThatNeverAnswers_Is504AfterItsTime()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new RawOrigin(exchange =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, exchange.Stop);
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, o => o.HeadTimeout = TimeSpan.FromSeconds(30), time, cancellation: Cancel);
        var answer = edge.RawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Cancel);
        await arrived.Task.WaitAsync(EdgeBench.Patience, Cancel);

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.StartsWith("HTTP/1.1 504 ", await answer);
        Assert.Contains("detail=upstream-timeout", await answer);
    }

    [Fact]
    public async Task Loop_IsFoundByCdnLoop()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        var text = await edge.RawAsync("GET / HTTP/1.1\r\nHost: a\r\nCDN-Loop: other; a=1, EDGE-T\r\nConnection: close\r\n\r\n", Cancel);

        Assert.StartsWith("HTTP/1.1 508 ", text);
        Assert.Contains("Cache-Status: edge-t; fwd=bypass; detail=loop", text);
        Assert.Empty(origin.Requests);
    }
}
