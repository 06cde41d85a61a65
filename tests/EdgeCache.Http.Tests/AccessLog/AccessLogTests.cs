using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeCache.Http.AccessLog;
using EdgeCache.Http.Tests.HitPath;
using Xunit;

namespace EdgeCache.Http.Tests.AccessLog;

/// <summary>Each answer has its line, whoever gave it: the hit path, the application, the guard, the server.</summary>
public sealed class AccessLogTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly EdgeUnderTest _edge;
    private AccessLogFormat _format;

    public AccessLogTests() => _edge = new EdgeUnderTest
    {
        Configure = options =>
        {
            options.AccessLogFormat = _format;
            options.AccessLog = line =>
            {
                _lines.Enqueue(Encoding.UTF8.GetString(line));
                return true;
            };
        },
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Fact]
    public async Task Hit_OnTheConnection_HasALineLikeThatOfTheServer()
    {
        await _edge.InitializeAsync();
        using var client = new RawClient(await _edge.ConnectAsync());
        await AskAsync(client, "/bytes/1024", "User-Agent: tester\r\nReferer: http://from/\r\n", 200);
        await UntilHitAsync(client, "/bytes/1024", "User-Agent: tester\r\nReferer: http://from/\r\n");
        var lines = await LinesAsync(2);
        Assert.Matches("""^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /bytes/1024 HTTP/1\.1" 200 1024 "http://from/" "tester" \d+\.\d{6} "edge-t; fwd=uri-miss; fwd-status=200; stored" "shop\.test" edge-t\n$""", lines[0]);
        Assert.Matches("""^127\.0\.0\.1 - - \[[^\]]+\] "GET /bytes/1024 HTTP/1\.1" 200 1024 "http://from/" "tester" \d+\.\d{6} "edge-t; hit; ttl=\d+" "shop\.test" edge-t\n$""", lines[^1]);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(0)]
    public async Task Hit_WithALongOrAnEmptyBody_CountsItsBytes(int length)
    {
        await _edge.InitializeAsync();
        using var client = new RawClient(await _edge.ConnectAsync());
        await UntilHitAsync(client, $"/bytes/{length}", "");
        var lines = await LinesAsync(2);
        Assert.Contains($"\" 200 {length} \"-\" \"-\"", lines[^1], StringComparison.Ordinal);
        Assert.Contains("; hit; ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_OfTheApplication_CountWhatWasSentAndNotWhatHeadOnlyTellsOf()
    {
        await _edge.InitializeAsync();
        using var client = new RawClient(await _edge.ConnectAsync());
        await AskAsync(client, "/private/77", "", 200);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhello");
        await client.ReceiveAsync();
        var afterPost = await LinesAsync(2);
        Assert.Contains("\"GET /private/77 HTTP/1.1\" 200 77 ", afterPost[0], StringComparison.Ordinal);
        Assert.Contains("\"POST /echo HTTP/1.1\" 200 5 ", afterPost[1], StringComparison.Ordinal);

        await client.SendAsync("HEAD /bytes/9 HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
        Assert.Contains("\"HEAD /bytes/9 HTTP/1.1\" 200 0 ", (await LinesAsync(3))[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "\"-\" 400 0", "detail=two-hosts")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: \u0007\r\n\r\n", "\"-\" 400 0", "detail=control-byte")]
    [InlineData("NONSENSE\r\n\r\n", " 400 0", "")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", "\"GET / HTTP/1.1\" 417 11 ", "detail=expect")]
    public async Task Requests_ThatAreRefused_HaveALineToo(string request, string start, string reason)
    {
        await _edge.InitializeAsync();
        using var client = new RawClient(await _edge.ConnectAsync());
        await client.SendAsync(request);
        var line = (await LinesAsync(1))[0];
        Assert.Contains(start, line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_OfAHostileClient_IsOneObjectOnOneLine()
    {
        _format = AccessLogFormat.Json;
        await _edge.InitializeAsync();
        using var client = new RawClient(await _edge.ConnectAsync());
        await UntilHitAsync(client, "/bytes/3", "");
        var before = (await LinesAsync(2)).Length;
        await UntilHitAsync(client, "/bytes/3", "User-Agent: \u00e9\"\\,\"status\":200\r\n");
        var line = (await LinesAsync(before + 1))[^1];
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("\u00e9\"\\,\"status\":200", json.RootElement.GetProperty("userAgent").GetString());
        Assert.Equal("/bytes/3", json.RootElement.GetProperty("target").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal("127.0.0.1", json.RootElement.GetProperty("client").GetString());
        Assert.Contains("; hit;", json.RootElement.GetProperty("cacheStatus").GetString(), StringComparison.Ordinal);
    }

    private static async Task AskAsync(RawClient client, string path, string fields, int status)
    {
        await client.SendAsync(RawClient.Get(path, fields));
        Assert.Equal(status, (await client.ReceiveAsync()).Status);
    }

    /// <summary>A starved machine may make the edge doubt its clock for a moment.</summary>
    private static async Task UntilHitAsync(RawClient client, string path, string fields)
    {
        for (var left = 200; ; left--)
        {
            await client.SendAsync(RawClient.Get(path, fields));
            if ((await client.ReceiveAsync()).IsHit)
            {
                return;
            }

            Assert.True(left > 0, $"{path} does not become a hit");
        }
    }

    /// <summary>The lines, once there are as many: the application's come when the answer is gone already.</summary>
    private async Task<string[]> LinesAsync(int count)
    {
        for (var left = 1_200; left > 0 && _lines.Count < count; left--)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(_lines.Count >= count, string.Concat(_lines));
        return [.. _lines];
    }
}
