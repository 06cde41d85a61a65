using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Http.Tests.Proxy;
using Xunit;

namespace EdgeCache.Http.Tests.Fetching;

/// <summary>Upstreams that answer while a body is still on its way (RFC 9112 §9.5).</summary>
public sealed class UploadStreamTests
{
    private const int Large = 16 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge", HttpStatusCode.RequestEntityTooLarge, "large")]
    [InlineData("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\nlarge", HttpStatusCode.RequestEntityTooLarge, "large")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nwh\r\n1\r\no\r\n0\r\n\r\n", HttpStatusCode.Unauthorized, "who")]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 303 See Other\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", HttpStatusCode.SeeOther, "")]
    public async Task Refusal_ThatClosesInTheMiddleOfABody_ReachesTheClient(string answer, HttpStatusCode status, string body)
    {
        using var origin = new EarlyOrigin(async socket =>
        {
            await HeadAsync(socket);
            await SendAsync(socket, answer);
            socket.Shutdown(SocketShutdown.Send);
            await socket.ReceiveAsync(new byte[1 << 16], Cancel); // More is waiting, so closing is a reset.
            socket.Dispose();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        using var response = await edge.Http.PostAsync("/x", new ByteArrayContent(new byte[Large]), Cancel);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusal_ByAnUpstreamThatStaysAndReadsNoMore_ReachesTheClient_AndItsConnectionIsNotUsedAgain(bool isUsedBefore)
    {
        var connections = 0;
        using var origin = new EarlyOrigin(async socket =>
        {
            Interlocked.Increment(ref connections);
            while (await HeadAsync(socket) is { } head)
            {
                if (head.StartsWith("PUT ", StringComparison.Ordinal))
                {
                    await SendAsync(socket, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                    await Task.Delay(Timeout.Infinite, Cancel);
                }

                await SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        if (isUsedBefore)
        {
            Assert.Equal("ok", await edge.Http.GetStringAsync("/before", Cancel));
        }

        using (var response = await edge.Http.PutAsync("/x", new ByteArrayContent(new byte[Large]), Cancel))
        {
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal("no", await response.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal("ok", await edge.Http.GetStringAsync("/after", Cancel));
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task Success_ThatBeginsEarly_DoesNotEndTheBody()
    {
        var got = new TaskCompletionSource<int>();
        using var origin = new EarlyOrigin(async socket =>
        {
            await HeadAsync(socket);
            await SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            var buffer = new byte[1 << 20];
            var all = 0;
            while (all < Large)
            {
                all += await socket.ReceiveAsync(buffer, Cancel);
            }

            got.SetResult(all);
            await SendAsync(socket, "ok");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        using var response = await edge.Http.PostAsync("/x", new ByteArrayContent(new byte[Large]), Cancel);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(Large, await got.Task.WaitAsync(EdgeBench.Patience, Cancel));
    }

    [Fact]
    public async Task UpstreamThatClosesInTheMiddleOfABody_WithoutAnAnswer_Is502()
    {
        using var origin = new EarlyOrigin(async socket =>
        {
            await HeadAsync(socket);
            socket.Dispose();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        using var response = await edge.Http.PostAsync("/x", new ByteArrayContent(new byte[Large]), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    private static async Task<string?> HeadAsync(Socket socket)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await socket.ReceiveAsync(one, Cancel) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancel);

    /// <summary>An upstream that need not read what is sent to it.</summary>
    private sealed class EarlyOrigin : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public EarlyOrigin(Func<Socket, Task> script)
        {
            _listener.Start();
            _ = AcceptAsync(script);
        }

        public Uri Uri => new($"http://{_listener.LocalEndpoint}");

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync(Func<Socket, Task> script)
        {
            while (true)
            {
                _ = script(await _listener.AcceptSocketAsync(Cancel));
            }
        }
    }
}
