using System.Net;
using EdgeCache.Http.Tests.Proxy;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Http.Tests.Fetching;

public sealed class SharedFillTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private const string Head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandClients_OfOneUrl_CauseOneRequest()
    {
        const int clients = 10_000;
        var mayAnswer = Signal();
        await using var origin = new RawOrigin(async exchange =>
        {
            await mayAnswer.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true })
        {
            BaseAddress = edge.Http.BaseAddress,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromMinutes(3),
        };
        var answers = Enumerable.Range(0, clients).Select(_ => http.GetStringAsync("/x", Cancel)).ToList();
        await UntilAsync(() => edge.Counters.Collapsed == clients - 1);

        mayAnswer.SetResult();

        Assert.All(await Task.WhenAll(answers), text => Assert.Equal("ok", text));
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task EachChunk_ReachesAllWhoWait_BeforeTheNextLeavesTheApplication()
    {
        var steps = Enumerable.Range(0, 10).Select(_ => Signal()).ToList();
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync(Head);
            for (var i = 0; i < steps.Count; i++)
            {
                await steps[i].Task.WaitAsync(exchange.Stop);
                await exchange.SendAsync($"3\r\n<{i}>\r\n");
            }

            await exchange.SendAsync("0\r\n\r\n");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        var clients = new List<RawClient>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await RawClient.ConnectAsync(edge.EndPoint, Cancel));
            await clients[i].SendAsync(Get, Cancel);
        }

        for (var i = 0; i < steps.Count; i++)
        {
            steps[i].SetResult();
            foreach (var client in clients)
            {
                Assert.True(await client.ReadUntilAsync($"<{i}>", Cancel));
            }
        }

        foreach (var client in clients)
        {
            Assert.EndsWith("0\r\n\r\n", await client.ReadToEndAsync(Cancel));
            client.Dispose();
        }

        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task SlowReader_HoldsUpNobody()
    {
        var body = new string('b', 8 << 20);
        await using var origin = new RawOrigin($"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, o => o.MaxObjectBytes = 16 << 20, cancellation: Cancel);
        using var slow = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await slow.SendAsync(Get, Cancel);
        await UntilAsync(() => origin.Requests.Count == 1);

        var quick = await edge.RawAsync(Get, Cancel);

        Assert.EndsWith(body, quick);
        Assert.EndsWith(body, await slow.ReadToEndAsync(Cancel));
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task LeaderThatLeaves_DoesNotEndTheFill()
    {
        var mayEnd = Signal();
        await using var origin = new RawOrigin(async exchange =>
        {
            await exchange.SendAsync(Head + "2\r\nab\r\n");
            await mayEnd.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync("2\r\ncd\r\n0\r\n\r\n");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        using var leader = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await leader.SendAsync(Get, Cancel);
        Assert.True(await leader.ReadUntilAsync("ab", Cancel));
        using var second = await RawClient.ConnectAsync(edge.EndPoint, Cancel);
        await second.SendAsync(Get, Cancel);
        Assert.True(await second.ReadUntilAsync("ab", Cancel));

        leader.Dispose();
        mayEnd.SetResult();

        Assert.EndsWith("2\r\ncd\r\n0\r\n\r\n", await second.ReadToEndAsync(Cancel));
        await UntilAsync(() => edge.Counters.Entries == 1);
        Assert.EndsWith("\r\n\r\nabcd", await edge.RawAsync(Get, Cancel));
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task PrivateAnswers_AreNeverShared_AndDoNotQueue()
    {
        var together = Signal();
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            var mine = Interlocked.Increment(ref count);
            if (mine > 1)
            {
                // Those after the first must be here at the same time.
                if (mine == 4)
                {
                    together.SetResult();
                }

                await together.Task.WaitAsync(exchange.Stop);
            }

            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: private, max-age=60\r\n\r\n{mine}");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get, Cancel);

        var texts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => edge.RawAsync(Get, Cancel)));

        Assert.Equal(["2", "3", "4"], texts.Select(t => t[^1..]).Order());
        Assert.All(texts, t => Assert.Contains("hit-for-pass", t));
    }

    [Fact]
    public async Task WaitersOfAnAnswerThatTurnsOutPrivate_AskForThemselves()
    {
        var mayAnswer = Signal();
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            await mayAnswer.Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: private\r\n\r\n{Interlocked.Increment(ref count)}");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        var clients = Enumerable.Range(0, 5).Select(_ => edge.RawAsync(Get, Cancel)).ToList();
        await UntilAsync(() => edge.Counters.Collapsed == 4);
        mayAnswer.SetResult();

        var texts = await Task.WhenAll(clients);

        Assert.Equal(["1", "2", "3", "4", "5"], texts.Select(t => t[^1..]).Order());
    }

    [Fact]
    public async Task PurgeDuringAFill_KeepsItsAnswerFromWhoCameLater_AndFromTheStore()
    {
        var answers = new[] { Signal(), Signal() };
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            var mine = Interlocked.Increment(ref count);
            await answers[Math.Min(mine, 2) - 1].Task.WaitAsync(exchange.Stop);
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: max-age=60\r\nCache-Tag: t\r\n\r\n{mine}");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        var before = edge.RawAsync(Get, Cancel);
        await UntilAsync(() => origin.Requests.Count == 1);
        edge.Follower.Zones.ForHost("a").Floors.Raise([new Selector(SelectorKind.Tag, "t")], PurgeMode.Hard);
        var after = edge.RawAsync(Get, Cancel);

        answers[0].SetResult();
        await UntilAsync(() => origin.Requests.Count == 2);
        answers[1].SetResult();

        Assert.EndsWith("\r\n\r\n1", await before);
        Assert.EndsWith("\r\n\r\n2", await after);
        Assert.EndsWith("\r\n\r\n2", await edge.RawAsync(Get, Cancel));
        Assert.Equal(2, origin.Requests.Count);
    }

    /// <summary>That a url was purged is known before any head: who comes then asks at once, and does not wait for an answer that it could not take.</summary>
    [Fact]
    public async Task UrlPurgedDuringAFill_WhoComesLaterDoesNotWaitForIt()
    {
        var first = Signal();
        var count = 0;
        await using var origin = new RawOrigin(async exchange =>
        {
            var mine = Interlocked.Increment(ref count);
            if (mine == 1)
            {
                await first.Task.WaitAsync(exchange.Stop);
            }

            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: max-age=60\r\n\r\n{mine}");
        });
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        var before = edge.RawAsync(Get, Cancel);
        await UntilAsync(() => origin.Requests.Count == 1);
        edge.Follower.Zones.ForHost("a").Floors.Raise([new Selector(SelectorKind.Host, "a")], PurgeMode.Hard);

        Assert.EndsWith("\r\n\r\n2", await edge.RawAsync(Get, Cancel));
        first.SetResult();
        Assert.EndsWith("\r\n\r\n1", await before);
        Assert.EndsWith("\r\n\r\n2", await edge.RawAsync(Get, Cancel));
    }

    [Fact]
    public async Task OtherClientsField_ThatCausesAnError_IsNobodyElsesError()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(exchange.Field("X-Odd") is null
            ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok"
            : "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nbad"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        Assert.StartsWith("HTTP/1.1 400 ", await edge.RawAsync(Get.Replace("Host: a", "Host: a\r\nX-Odd: 1", StringComparison.Ordinal), Cancel));

        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync(Get, Cancel));
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < EdgeBench.Patience);
            await Task.Delay(5, Cancel);
        }
    }
}
