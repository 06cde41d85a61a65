using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>Several processes on a real Redis: a purge accepted by one is applied by all, also by one that slept, lost its connections, or lost Redis.</summary>
[Collection("redis")]
public sealed class RedisDeploymentTests : IAsyncLifetime
{
    private readonly RedisDeployment _all = new(20870);

    public async ValueTask InitializeAsync() => await _all.StartAsync();

    public ValueTask DisposeAsync() => _all.DisposeAsync();

    [Fact]
    public async Task Purge_AcceptedByTheOrigin_IsAppliedByBothEdgesAndByOneThatSlept()
    {
        await FillAsync("page");
        _all.Change();
        await _all.WaitForAsync((await _all.TryPurgeAsync("page"))!); // Redis is up: accepted.
        Assert.Equal("v2", (await _all.AskAsync(0, "page")).Body);
        Assert.Equal("v2", (await _all.AskAsync(1, "page")).Body);

        // The second edge sleeps through ten purges and a max-lag; its first answer after the wake must not be the old bytes as a fresh hit.
        await HitAsync(1, "page");
        await SignalAsync(_all.Edges[1], "-STOP");
        _all.Change();
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(await _all.TryPurgeAsync("page"));
        }

        var first = _all.AskAsync(1, "page");
        await Task.Delay(5_000, TestContext.Current.CancellationToken);
        await SignalAsync(_all.Edges[1], "-CONT");
        var (status, body) = await first;
        Assert.Equal("v3", body);
        Assert.DoesNotContain("; hit", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_AllKilledWhileAThousandPurgesGoOut_NothingPurgedIsFreshAfterwards()
    {
        var pages = Enumerable.Range(0, 1_000).Select(i => $"k{i}").ToList();
        await Parallel.ForEachAsync(pages, async (page, _) => await FillAsync(page));
        _all.Change();
        using var enough = new CancellationTokenSource();
        var killing = KillConnectionsAsync(enough.Token);
        string? last = null;
        foreach (var page in pages)
        {
            await Eventually.HoldsAsync(async () => (last = await _all.TryPurgeAsync(page)) is not null);
        }

        await enough.CancelAsync();
        Assert.True(await killing > 3, "too few connections were killed to prove anything");
        await _all.WaitForAsync(last!); // The loop ended with one.
        await Parallel.ForEachAsync(pages, async (page, _) =>
        {
            Assert.Equal("v2", (await _all.AskAsync(0, page)).Body);
            Assert.Equal("v2", (await _all.AskAsync(1, page)).Body);
        });
    }

    [Fact]
    public async Task Redis_KilledAndRestarted_EdgesServeReportLaggingAndCatchUp()
    {
        await FillAsync("page");
        await FillAsync("other");
        _all.Change();
        Assert.NotNull(await _all.TryPurgeAsync("page"));
        await _all.KillRedisAsync();
        Assert.Null(await _all.TryPurgeAsync("other"));
        await Eventually.HoldsAsync(async () => (await _all.ReadyAsync(0)).Contains("default: lagging", StringComparison.Ordinal));
        Assert.Matches("v[12]", (await _all.AskAsync(0, "other")).Body);
        Assert.Matches("v[12]", (await _all.AskAsync(1, "other")).Body);

        await _all.StartRedisAsync();
        await Eventually.HoldsAsync(async () => await _all.ReadyAsync(0) == "ready\n" && await _all.ReadyAsync(1) == "ready\n");
        Assert.Equal("v2", (await _all.AskAsync(0, "page")).Body);
        Assert.Equal("v2", (await _all.AskAsync(1, "page")).Body);
        string? change = null;
        await Eventually.HoldsAsync(async () => (change = await _all.TryPurgeAsync("other")) is not null);
        await _all.WaitForAsync(change!); // The line before saw to it.
        Assert.Equal("v2", (await _all.AskAsync(0, "other")).Body);
        Assert.Equal("v2", (await _all.AskAsync(1, "other")).Body);
    }

    private async Task FillAsync(string page)
    {
        for (var edge = 0; edge < 2; edge++)
        {
            await _all.AskAsync(edge, page);
            await HitAsync(edge, page);
        }
    }

    private Task HitAsync(int edge, string page) => Eventually.HoldsAsync(async () => (await _all.AskAsync(edge, page)).Status.Contains("; hit", StringComparison.Ordinal));

    private async Task<int> KillConnectionsAsync(CancellationToken enough)
    {
        var rounds = 0;
        while (!enough.IsCancellationRequested)
        {
            await _all.CliAsync("CLIENT", "KILL", "TYPE", "normal");
            await _all.CliAsync("CLIENT", "KILL", "TYPE", "pubsub");
            rounds++;
            await Task.Delay(100, CancellationToken.None);
        }

        return rounds;
    }

    private static async Task SignalAsync(ServedProgram program, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{program.Id}"]);
        await kill.WaitForExitAsync();
    }
}
