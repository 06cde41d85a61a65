using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>Everything that can happen to running processes and their Redis in one run, under load, with the checkers of the load project judging what was answered.</summary>
[Collection("redis")]
public sealed class SevenFaultsTests : IAsyncLifetime
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);
    private readonly RedisDeployment _all = new(22710);
    private readonly ITestOutputHelper _output;

    public SevenFaultsTests(ITestOutputHelper output) => _output = output;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _all.StartAsync();

    public ValueTask DisposeAsync() => _all.DisposeAsync();

    [Fact]
    public async Task Load_ThroughAllFaults_ShowsNoViolationAtTheLevelAskedFor()
    {
        var load = new RecordedLoad(_all);
        using var enough = new CancellationTokenSource();
        var running = load.RunAsync(enough.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(load.Writes > 50 && load.Applied > 5));
        foreach (var (name, fault) in Faults())
        {
            var (writes, applied, start) = (load.Writes, load.Applied, Stopwatch.GetTimestamp());
            await fault();

            // The deployment has come back when writes and purges made after the fault are taken, and sessions are answered again.
            var (taken, waited, answered) = (load.Writes, load.Applied, load.Session.Count);
            await Eventually.HoldsAsync(() => Task.FromResult(load.Writes > taken + 20 && load.Applied > waited + 2 && load.Session.Count > answered + 100));
            await Task.Delay(Between, Cancel);
            _output.WriteLine($"{name}: {load.Writes - writes} writes, {load.Applied - applied} purges applied in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {load.Refused} refused so far");
        }

        await enough.CancelAsync();
        await running;
        var found = load.Violations(Stopwatch.Frequency * 11 / 10).ToList();
        _output.WriteLine($"{load.Session.Count} reads of sessions, {load.Pages.Count} of pages, {load.Writes} writes, {load.Old} old answers to who asked for no level");
        Assert.True(found.Count == 0, $"{found.Count} violations: {string.Join("\n", found.Take(10))}\n{_all.Told}");
        Assert.True(load.Old > 0, "nobody saw anything old: the run proves nothing");
        Assert.True(load.Session.Count > 500 && load.Pages.Count > 500);
    }

    private (string Name, Func<Task> Fault)[] Faults() =>
    [
        ("CLIENT KILL", KillConnectionsAsync),
        ("DEBUG SLEEP", () => _all.CliAsync("DEBUG", "SLEEP", "1.5")),
        ("SIGSTOP", () => StopAsync(TimeSpan.FromSeconds(1.5))),
        ("kill -9 of an edge", () => _all.RestartEdgeAsync(1)),
        ("kill -9 of the origin", _all.RestartOriginAsync),
        ("kill -9 of Redis", RestartRedisAsync),
        ("XTRIM", TrimAsync),
        ("failover to a replica that lacks the tail", FailOverAsync),
        ("FLUSHALL", EmptyAsync),
    ];

    private async Task KillConnectionsAsync()
    {
        for (var i = 0; i < 10; i++)
        {
            await _all.CliAsync("CLIENT", "KILL", "TYPE", "normal");
            await _all.CliAsync("CLIENT", "KILL", "TYPE", "pubsub");
            await Task.Delay(100, Cancel);
        }
    }

    private async Task StopAsync(TimeSpan time)
    {
        await SignalAsync("-STOP");
        await Task.Delay(time, Cancel);
        await SignalAsync("-CONT");
    }

    private async Task RestartRedisAsync()
    {
        await _all.KillRedisAsync();
        await Task.Delay(500, Cancel);
        await _all.StartRedisAsync();
    }

    /// <summary>The log is cut beyond what an edge that sleeps has read.</summary>
    private async Task TrimAsync()
    {
        await SignalAsync("-STOP");
        await Task.Delay(300, Cancel);
        foreach (var key in (await _all.CliAsync("KEYS", "ec:*:log")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await _all.CliAsync("XTRIM", key, "MAXLEN", "0");
        }

        await SignalAsync("-CONT");
    }

    private async Task FailOverAsync()
    {
        await _all.StartReplicaAsync();
        await _all.DetachReplicaAsync();
        await Task.Delay(500, Cancel);
        await _all.FailOverAsync();
    }

    private async Task EmptyAsync()
    {
        await _all.CliAsync("FLUSHALL");
        await Task.Delay(1_000, Cancel);
        var restore = await ServedProgram.RunAsync(_all.Folder, "zone", "restore", "default", "--admin", _all.Admin);
        Assert.True(restore.Exit == 0, restore.Output + restore.Error);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_all.Edges[0].Id}"]);
        await kill.WaitForExitAsync(Cancel);
    }
}
