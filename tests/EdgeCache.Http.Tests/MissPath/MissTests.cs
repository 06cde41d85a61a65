using System.Net.Sockets;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Tests.Proxy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using RawClient = EdgeCache.Http.Tests.HitPath.RawClient;

namespace EdgeCache.Http.Tests.MissPath;

/// <summary>Plain GETs over one connection that is kept, with an application made of bytes behind the edge.</summary>
public sealed class MissTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> SoundAnswers =>
    [
        Ok,
        "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\nCache-Control: no-store\r\nX-A: 1\r\nX-A: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\n2\r\nok\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: private\r\nKeep-Alive: timeout=5\r\n\r\n2\r\nok\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nVia: 1.1 other\r\nCache-Status: up; hit\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nCache-Control: max-age=60\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nCache-Control: max-age=60\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\ngone",
        "HTTP/1.1 301 Moved\r\nLocation: /y?\u00e9\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oh\r\nContent-Length: 3\r\nAge: 7\r\nWWW-Authenticate: Basic\r\nProxy-Authenticate: Basic\r\n\r\nbad",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nAge: 7\r\nEdge-Session: x\r\nCDN-Cache-Control: max-age=9\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Length: 2\r\n\r\nok",
    ];

    [Theory]
    [MemberData(nameof(SoundAnswers))]
    public async Task SoundAnswer_IsTheSame_AsByWayOfTheServer(string answer)
    {
        await using var origin = new RawOrigin(answer);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await ConnectAsync(edge);

        await client.SendAsync(RawClient.Get("/a"));
        var here = await client.ReceiveAsync();
        await client.SendAsync(RawClient.Get("/b", "Pragma: x\r\n"));
        var there = await client.ReceiveAsync();

        Assert.Equal(Lines(there.Head), Lines(here.Head));
        Assert.Equal(there.Body, here.Body);
        Assert.Contains("\r\nVia: ", here.Head);
        Assert.Equal(Fields(origin.Requests[1]).Where(l => !l.StartsWith("Pragma:", StringComparison.Ordinal)), Fields(origin.Requests[0]));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\nCache-Control: max-age=60\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\nCache-Control: max-age=60\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\nCache-Control: no-store\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nCache-Control: no-store\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 2\r\nCache-Control: no-store\r\n\r\nok")]
    [InlineData("<html>hello</html>\r\n\r\n")]
    public async Task UnsoundAnswer_Is502_AndTheClientsConnectionGoesOn(string answer)
    {
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync(exchange.Target == "/good" ? Ok : answer);
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await ConnectAsync(edge);

        foreach (var path in new[] { "/bad", "/bad", "/good", "/bad" })
        {
            await client.SendAsync(RawClient.Get(path));
            var got = await client.ReceiveAsync();
            Assert.Equal(path == "/good" ? 200 : 502, got.Status);
            Assert.False(got.IsHit);
            Assert.StartsWith("edge-t; fwd=", got.Field("Cache-Status"));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nCache-Control: max-age=60\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nCache-Control: no-store\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: no-store\r\n\r\n4\r\nhalf\r\n5\r\nx")]
    public async Task BodyThatBreaksOff_EndsTheConnection_AndIsNeverTakenForTheWhole(string answer)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync(answer);
            await release.Task.WaitAsync(EdgeBench.Patience, exchange.Stop);
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await Proxy.RawClient.ConnectAsync(edge.EndPoint, Cancel);

        await client.SendAsync(RawClient.Get("/x"), Cancel);
        Assert.True(await client.ReadUntilAsync("half", Cancel)); // The first bytes do not wait for the last.
        release.SetResult();

        Assert.DoesNotContain("\r\n0\r\n", await client.ReadToEndAsync(Cancel));
        Assert.Equal(answer.Contains("no-store", StringComparison.Ordinal) ? 1 : 0, edge.Counters.Entries); // A mark, or nothing.
    }

    [Fact]
    public async Task PipelinedRequests_AreAnsweredInTheirOrder_WhetherStoredOrNot()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(
            $"HTTP/1.1 200 OK\r\nContent-Length: {exchange.Target.Length}\r\nCache-Control: {(exchange.Target.StartsWith("/p", StringComparison.Ordinal) ? "private" : "max-age=60")}\r\n\r\n{exchange.Target}"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await ConnectAsync(edge);
        string[] paths = ["/s1", "/s1", "/p22", "/s1", "/s333", "/p22", "/s333", "/s1"];

        await client.SendAsync(string.Concat(paths.Select(p => RawClient.Get(p, p == "/s333" ? "TE: trailers\r\n" : ""))));

        foreach (var path in paths)
        {
            Assert.Equal(path, System.Text.Encoding.ASCII.GetString((await client.ReceiveAsync()).Body));
        }
    }

    [Fact]
    public async Task ClientThatLeaves_EndsTheFillItAloneWaitsFor()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new RawOrigin(async exchange =>
        {
            asked.SetResult();
            await exchange.ReceiveAsync(1);
            left.SetResult();
            exchange.Close();
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using (var client = await ConnectAsync(edge))
        {
            await client.SendAsync(RawClient.Get("/x"));
            await asked.Task.WaitAsync(EdgeBench.Patience, Cancel);
        }

        await left.Task.WaitAsync(EdgeBench.Patience, Cancel);
        var fills = edge.Services.GetRequiredService<EdgeNode>().Fills;
        Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => fills.Count == 0, EdgeBench.Patience), Cancel));
    }

    [Fact]
    public async Task InterimAnswers_ComeBeforeTheFinalOne()
    {
        await using var origin = new RawOrigin("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await ConnectAsync(edge);

        await client.SendAsync(RawClient.Get("/x"));

        var hint = await client.ReceiveAsync();
        Assert.Equal((103, "</a.css>"), (hint.Status, hint.Field("Link")));
        Assert.Equal(200, (await client.ReceiveAsync()).Status);
    }

    [Fact]
    public async Task MoreFieldsThanTheServerTakes_AreRefusedByIt()
    {
        await using var origin = new RawOrigin(Ok);
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var client = await ConnectAsync(edge);

        await client.SendAsync(RawClient.Get("/x", string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: 1\r\n"))));

        Assert.Equal(431, (await client.ReceiveAsync()).Status);
        Assert.Empty(origin.Requests);
    }

    private static async Task<RawClient> ConnectAsync(EdgeBench edge)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(edge.EndPoint, Cancel);
        return new RawClient(socket);
    }

    /// <summary>Field lines in an order of their own: their order between names means nothing. The time of the answer may differ by seconds.</summary>
    private static IEnumerable<string> Lines(string head) =>
        head.Split("\r\n").Select(l => l.StartsWith("Date: ", StringComparison.Ordinal) && !l.Contains(" 2026 00:00:00", StringComparison.Ordinal) ? "Date" : l).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Fields(string request) => request.Split("\r\n").Skip(1).Order(StringComparer.Ordinal);
}
