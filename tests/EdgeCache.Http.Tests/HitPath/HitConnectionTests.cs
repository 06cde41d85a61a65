using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Zones.Log;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class HitConnectionTests(EdgeUnderTest edge) : IClassFixture<EdgeUnderTest>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    [InlineData(1 << 20)]
    public async Task Hit_AnyLength_IsWhole(int length)
    {
        await edge.FillAsync($"/bytes/{length}");
        using var client = new RawClient(await edge.ConnectAsync());
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(RawClient.Get($"/bytes/{length}"));
            var answer = await client.ReceiveAsync();
            Assert.True(answer.IsHit);
            Assert.Equal(EdgeUnderTest.Body(length), answer.Body);
        }
    }

    [Fact]
    public async Task Hit_BelowTheServer_SaysWhatTheServerWouldSay()
    {
        await edge.FillAsync("/bytes/500");
        using var http = new HttpClient();
        var seen = new List<string>();
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(edge.Address, "/bytes/500")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Host = "shop.test";
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var fields = answer.Headers.Concat(answer.Content.Headers).Where(f => f.Key.ToLowerInvariant() is not ("age" or "cache-status"));
            seen.Add(string.Join('\n', fields.Select(f => $"{f.Key.ToLowerInvariant()}: {string.Join(',', f.Value)}").Order(StringComparer.Ordinal)));
            Assert.Matches("^edge-t; hit; ttl=3[56][0-9][0-9]$", answer.Headers.GetValues("Cache-Status").Single());
            Assert.InRange(answer.Headers.Age!.Value.TotalSeconds, 0, 99); // A hit has one.
        }

        Assert.Equal(seen[0], seen[1]);
    }

    [Fact]
    public async Task Pipeline_OfHitsMissesBodiesAndOddRequests_IsAnsweredInOrder()
    {
        await edge.FillAsync("/bytes/10");
        await edge.FillAsync("/bytes/300000");
        using var client = new RawClient(await edge.ConnectAsync());
        const string Post = "POST /echo HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhello";
        await client.SendAsync(
            RawClient.Get("/bytes/10") + RawClient.Get("/bytes/300000") + RawClient.Get("/private/20") + RawClient.Get("/bytes/10") + Post + RawClient.Get("/bytes/10")
            + RawClient.Get("/bytes/10", "If-None-Match: \"10\"\r\n") + RawClient.Get("/bytes/300000") + RawClient.Get("/bytes/10", "Range: bytes=2-3\r\n") + RawClient.Get("/bytes/10"));
        int[] lengths = [10, 300_000, 20, 10, 5, 10, 0, 300_000, 2, 10];
        int[] statuses = [200, 200, 200, 200, 200, 200, 304, 200, 206, 200];
        for (var i = 0; i < lengths.Length; i++)
        {
            var answer = await client.ReceiveAsync();
            Assert.Equal((i, statuses[i], lengths[i]), (i, answer.Status, answer.Body.Length));
            Assert.Equal(i is not (2 or 4), answer.IsHit);
        }
    }

    [Fact]
    public async Task Pipeline_AfterAChunkedRequest_IsAnsweredInOrder()
    {
        await edge.FillAsync("/bytes/10");
        using var client = new RawClient(await edge.ConnectAsync());
        await client.SendAsync(
            RawClient.Get("/bytes/10") + "POST /echo HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + RawClient.Get("/bytes/10"));
        Assert.Equal(10, (await client.ReceiveAsync()).Body.Length);
        Assert.Equal("hello", Encoding.ASCII.GetString((await client.ReceiveAsync()).Body));
        Assert.True((await client.ReceiveAsync()).IsHit);
    }

    [Fact]
    public async Task Request_ByteByByte_IsAnsweredAndTheNextToo()
    {
        await edge.FillAsync("/bytes/10");
        using var client = new RawClient(await edge.ConnectAsync());
        foreach (var character in RawClient.Get("/bytes/10", "Accept: */*\r\n"))
        {
            await client.SendAsync(character.ToString());
        }

        Assert.True((await client.ReceiveAsync()).IsHit);
        await client.SendAsync(RawClient.Get("/bytes/10"));
        Assert.True((await client.ReceiveAsync()).IsHit);
    }

    [Fact]
    public async Task Body_InPiecesBetweenHits_IsNotReadAsARequest()
    {
        await edge.FillAsync("/bytes/10");
        using var client = new RawClient(await edge.ConnectAsync());
        var smuggled = RawClient.Get("/bytes/10");
        await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: shop.test\r\nContent-Length: {smuggled.Length * 3}\r\n\r\n{smuggled}");
        await client.SendAsync(smuggled);
        await client.SendAsync(smuggled + RawClient.Get("/private/7"));
        Assert.Equal(smuggled + smuggled + smuggled, Encoding.ASCII.GetString((await client.ReceiveAsync()).Body));
        Assert.Equal(7, (await client.ReceiveAsync()).Body.Length);
    }

    [Fact]
    public async Task Close_AfterHits_ClosesAfterTheAnswer()
    {
        await edge.FillAsync("/bytes/10");
        using var client = new RawClient(await edge.ConnectAsync());
        await client.SendAsync(RawClient.Get("/bytes/10") + RawClient.Get("/bytes/10", "Connection: close\r\n"));
        Assert.True((await client.ReceiveAsync()).IsHit);
        var last = await client.ReceiveAsync();
        Assert.Equal("close", last.Field("Connection"));
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task Vary_SelectsByTheRawFields()
    {
        using var client = new RawClient(await edge.ConnectAsync());
        foreach (var (coding, hit) in new[] { ("gzip", false), ("br", false), ("gzip", true), ("GZIP ", true), ("br", true) })
        {
            await client.SendAsync(RawClient.Get("/vary/33", $"Accept-Encoding: {coding}\r\n"));
            var answer = await client.ReceiveAsync();
            Assert.Equal((coding, hit), (coding, answer.IsHit));
            await WaitUntilStoredAsync();
        }
    }

    [Fact]
    public async Task Purge_BetweenTwoRequestsOfAConnection_IsSeen()
    {
        await edge.FillAsync("/bytes/77");
        using var client = new RawClient(await edge.ConnectAsync());
        await client.SendAsync(RawClient.Get("/bytes/77"));
        Assert.True((await client.ReceiveAsync()).IsHit);
        edge.Follower.Zones.Fallback.Floors.Raise([new Selector(SelectorKind.Host, "shop.test")], PurgeMode.Hard);
        await client.SendAsync(RawClient.Get("/bytes/77"));
        Assert.False((await client.ReceiveAsync()).IsHit);
    }

    [Fact]
    public async Task SlowReaders_HoldUpNobody()
    {
        await edge.FillAsync("/bytes/3000000");
        await edge.FillAsync("/bytes/10");
        var slow = new List<RawClient>();
        for (var i = 0; i < 6; i++)
        {
            // More than the buffers of both ends take.
            slow.Add(new RawClient(await edge.ConnectAsync()));
            await slow[i].SendAsync(string.Concat(Enumerable.Repeat(RawClient.Get("/bytes/3000000"), 4)) + RawClient.Get("/bytes/10"));
        }

        using var quick = new RawClient(await edge.ConnectAsync());
        for (var i = 0; i < 100; i++)
        {
            await quick.SendAsync(RawClient.Get("/bytes/10"));
            Assert.True((await quick.ReceiveAsync()).IsHit);
        }

        var whole = EdgeUnderTest.Body(3_000_000);
        foreach (var client in slow)
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.True((await client.ReceiveAsync()).Body.AsSpan().SequenceEqual(whole));
            }

            Assert.True((await client.ReceiveAsync()).IsHit);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Client_ThatLeavesInTheMiddle_GivesItsEntryBack()
    {
        await edge.FillAsync("/bytes/3000001");
        for (var i = 0; i < 10; i++)
        {
            using var client = new RawClient(await edge.ConnectAsync());
            await client.SendAsync(RawClient.Get("/bytes/3000001"));
            await client.Socket.ReceiveAsync(new byte[100], TestContext.Current.CancellationToken);
            client.Socket.LingerState = new LingerOption(true, 0);
        }

        // A purge frees the bytes only when nobody holds them any more.
        var floors = edge.Follower.Zones.Fallback.Floors;
        floors.Raise([new Selector(SelectorKind.Prefix, "/bytes/3000001")], PurgeMode.Hard);
        edge.Node.Store.BeginSweep([edge.Follower.Zones.Fallback]).Step(int.MaxValue);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (edge.Node.Store.Counters.UsedBytes > 3_000_000 + (400_000 * 12))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private async Task WaitUntilStoredAsync()
    {
        // A short body is stored at the latest when the next request could have been read.
        await edge.FillAsync("/bytes/10");
    }
}
