#if RELEASE // Minutes long: by hand, -explicit only.
using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>
/// Faults of the store and of the processes at once, in an order and with moments drawn by chance, under load, judged as in <see cref="SevenFaultsTests"/>. Left out is only what cannot be kept: a writer that
/// dies together with the tail of a store that keeps what it has in memory.
/// </summary>
[Collection("redis")]
public sealed class FaultsTogetherTests : IAsyncLifetime
{
    private const int Rounds = 40;
    private readonly RedisDeployment _all = new(22780);
    private readonly ITestOutputHelper _output;
    private readonly int _seed = Environment.TickCount;
    private readonly Random _chance;

    public FaultsTogetherTests(ITestOutputHelper output)
    {
        _output = output;
        _chance = new Random(_seed);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _all.StartAsync();

    public ValueTask DisposeAsync() => _all.DisposeAsync();

    [Fact(Explicit = true)]
    public async Task Load_ThroughFaultsOfStoreAndProcessesAtOnce_ShowsNoViolation()
    {
        _output.WriteLine($"seed {_seed}");
        for (var round = 0; round < Rounds; round++)
        {
            var load = new RecordedLoad(_all, round * 1_000);
            using var enough = new CancellationTokenSource();
            var running = load.RunAsync(enough.Token);
            await Eventually.HoldsAsync(() => Task.FromResult(load.Writes > 30 && load.Applied > 3));
            var ofStore = Pick(StoreFaults());
            var ofProcess = Pick(ofStore.LosesTail ? ProcessFaults().Where(f => !f.KillsWriter) : ProcessFaults());
            _output.WriteLine($"{round}: {ofStore.Name} and {ofProcess.Name}");
            await Task.WhenAll(LaterAsync(ofStore.Run), LaterAsync(ofProcess.Run));
            var (taken, waited, answered) = (load.Writes, load.Applied, load.Session.Count);
            await Eventually.HoldsAsync(() => Task.FromResult(load.Writes > taken + 20 && load.Applied > waited + 2 && load.Session.Count > answered + 100));
            await enough.CancelAsync();
            await running;
            var found = load.Violations(Stopwatch.Frequency * 11 / 10).ToList();
            Assert.True(found.Count == 0, $"seed {_seed}, round {round}, {ofStore.Name} and {ofProcess.Name}: {found.Count} violations: {string.Join("\n", found.Take(10))}\n{_all.Told}");
        }
    }

    private Fault[] StoreFaults() =>
    [
        new("CLIENT KILL", () => RepeatAsync(5, _all.Redis.KillConnectionsAsync)),
        new("DEBUG SLEEP", () => _all.CliAsync("DEBUG", "SLEEP", "1.2")),
        new("SIGSTOP of Redis", () => _all.Redis.StopAsync(Within(2_500))),
        new("kill -9 of Redis", RestartRedisAsync),
        new("XTRIM", () => RepeatAsync(5, TrimAsync)),
        new("failover without the tail", FailOverAsync) { LosesTail = true },
        new("FLUSHALL", EmptyAsync) { LosesTail = true },
        new("no fault of the store", () => Task.CompletedTask),
    ];

    private Fault[] ProcessFaults() =>
    [
        new("SIGSTOP of an edge", () => StopAsync(_all.Edges[0], Within(2_500))),
        new("SIGSTOP of both edges", () => Task.WhenAll(StopAsync(_all.Edges[0], Within(1_500)), StopAsync(_all.Edges[1], Within(1_500)))),
        new("SIGSTOP of the origin", () => StopAsync(_all.Origin, Within(1_500))),
        new("kill -9 of an edge", () => _all.RestartEdgeAsync(1)),
        new("kill -9 of both edges", async () => await Task.WhenAll(_all.RestartEdgeAsync(0), _all.RestartEdgeAsync(1))),
        new("kill -9 of the origin", _all.RestartOriginAsync) { KillsWriter = true },
        new("an edge that stutters", () => RepeatAsync(10, () => StopAsync(_all.Edges[1], TimeSpan.FromMilliseconds(270)))),
    ];

    private Fault Pick(IEnumerable<Fault> faults) => faults.ElementAt(_chance.Next(faults.Count()));

    private TimeSpan Within(int milliseconds) => TimeSpan.FromMilliseconds(_chance.Next(50, milliseconds));

    private async Task LaterAsync(Func<Task> fault)
    {
        await Task.Delay(_chance.Next(800), Cancel);
        await fault();
    }

    private static async Task RepeatAsync(int times, Func<Task> act)
    {
        for (var i = 0; i < times; i++)
        {
            await act();
            await Task.Delay(100, Cancel);
        }
    }

    private static async Task StopAsync(ServedProgram program, TimeSpan time)
    {
        await SignalAsync("-STOP", program.Id);
        await Task.Delay(time, Cancel);
        await SignalAsync("-CONT", program.Id);
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, $"{process}"]);
        await kill.WaitForExitAsync(Cancel);
    }

    private async Task RestartRedisAsync()
    {
        await _all.KillRedisAsync();
        await Task.Delay(_chance.Next(800), Cancel);
        await _all.StartRedisAsync();
    }

    private async Task TrimAsync()
    {
        foreach (var key in (await _all.CliAsync("KEYS", "ec:*:log")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await _all.CliAsync("XTRIM", key, "MAXLEN", "0");
        }
    }

    /// <summary>The server that takes over keeps its file elsewhere, so that it can be started again where the first one was.</summary>
    private async Task FailOverAsync()
    {
        await _all.StartReplicaAsync();
        await _all.DetachReplicaAsync();
        await Task.Delay(_chance.Next(100, 800), Cancel);
        await _all.FailOverAsync();
    }

    private async Task EmptyAsync()
    {
        await _all.CliAsync("FLUSHALL");
        await Task.Delay(_chance.Next(1_500), Cancel);
        await Eventually.HoldsAsync(async () => (await ServedProgram.RunAsync(_all.Folder, "zone", "restore", "default", "--admin", _all.Admin)).Exit == 0);
    }

    /// <summary>What is done to a running deployment.</summary>
    private sealed record Fault(string Name, Func<Task> Run)
    {
        /// <summary>The store forgets what it had acknowledged last.</summary>
        public bool LosesTail { get; init; }

        /// <summary>The writer forgets what it had acknowledged last.</summary>
        public bool KillsWriter { get; init; }
    }
}
#endif
