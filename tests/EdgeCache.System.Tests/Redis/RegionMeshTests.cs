using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>Three regions on three Redis servers, all written to at once, cut off from each other and from their stores in every way a process can be, and healed.</summary>
[Collection("redis")]
public sealed class RegionMeshTests : IAsyncLifetime
{
    private const int BasePort = 22770;
    private readonly RegionMesh _mesh = new(BasePort);
    private readonly ITestOutputHelper _output;

    public RegionMeshTests(ITestOutputHelper output) => _output = output;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Repository.OnPath("redis-server"), "redis-server is not on PATH");
        await _mesh.StartAsync();
    }

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public Task Regions_CutOffUnderLoadAndHealed_HoldTheSameAndLoseNothing() => RunAsync(1);

#if RELEASE // Minutes long: by hand, -explicit only.
    [Fact(Explicit = true)]
    public Task Regions_CutOffAgainAndAgain_HoldTheSameAndLoseNothing() => RunAsync(10);
#endif

    private async Task RunAsync(int rounds)
    {
        using var enough = new CancellationTokenSource();
        RegionWriter[] writers = [.. Enumerable.Range(0, 3).Select(r => new RegionWriter(_mesh, r))];
        var running = Task.WhenAll(writers.Select(w => w.RunAsync(enough.Token)));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, fault) in Faults(round))
            {
                int[] before = [.. writers.Select(w => w.Prices.Count)];
                await fault();
                await Eventually.HoldsAsync(() => Task.FromResult(writers.Zip(before).All(w => w.First.Prices.Count > w.Second + 3)));
                _output.WriteLine($"{name}: {string.Join(", ", writers.Select(w => w.Prices.Count))} written");
            }
        }

        await enough.CancelAsync();
        await running;
        var start = Stopwatch.GetTimestamp();
        foreach (var zone in RegionMesh.Zones)
        {
            await Eventually.HoldsAsync(async () => (await Task.WhenAll(Enumerable.Range(0, 3).Select(r => _mesh.DigestsAsync(r, zone)))).Distinct().Count() == 1);
        }

        _output.WriteLine($"equal {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s after the last write");
        for (var region = 0; region < 3; region++)
        {
            await HoldsAllAsync(region, writers);
        }

        await PurgeReachesAllAsync();
    }

    /// <summary>Each time another region is stopped, robbed of its connections, killed.</summary>
    private (string Name, Func<Task> Fault)[] Faults(int round)
    {
        var (one, two, three) = (round % 3, (round + 1) % 3, (round + 2) % 3);
        return
        [
            ("SIGSTOP of a region", () => StopAsync(one, TimeSpan.FromSeconds(2))),
            ("CLIENT KILL at all", async () => await Task.WhenAll(Enumerable.Range(0, 3).Select(r => _mesh.Redis(r).KillConnectionsAsync()))),
            ("SIGSTOP of a Redis", () => _mesh.Redis(two).StopAsync(TimeSpan.FromSeconds(2))),
            ("kill -9 of a region and its Redis", () => KillAsync(three)),
        ];
    }

    private async Task StopAsync(int region, TimeSpan time)
    {
        await SignalAsync("-STOP", region);
        await Task.Delay(time, Cancel);
        await SignalAsync("-CONT", region);
    }

    private async Task SignalAsync(string signal, int region)
    {
        using var kill = Process.Start("kill", [signal, $"{_mesh.Program(region).Id}"]);
        await kill.WaitForExitAsync(Cancel);
    }

    private async Task KillAsync(int region)
    {
        await _mesh.Program(region).DisposeAsync();
        await _mesh.Redis(region).DisposeAsync();
        await Task.Delay(1_000, Cancel);
        await _mesh.StartRedisAsync(region);
        await _mesh.StartProgramAsync(region);
    }

    private async Task HoldsAllAsync(int region, RegionWriter[] writers)
    {
        Assert.Equal($"{writers.Sum(w => w.Hits)}", await _mesh.TextAsync(region, "/zones/crdt.test/records/hits/DOC"));
        foreach (var note in writers.SelectMany(w => w.Notes).GroupBy(n => n.Record))
        {
            var standing = await _mesh.TextAsync(region, $"/zones/siblings.test/records/{note.Key}/DOC");
            Assert.All(note, n => Assert.Contains(n.Value, standing, StringComparison.Ordinal));
        }

        // In last-write-wins what lost may come after what won: digests are equal before all ledgers are.
        foreach (var price in writers.SelectMany(w => w.Prices).GroupBy(p => p.Record))
        {
            IReadOnlyList<string> missing = [];
            await Eventually.HoldsAsync(async () => (missing = [.. price.Select(p => p.Value).Except(await LedgerAsync(region, price.Key))]).Count == 0, () => $"{RegionMesh.Names[region]}, {price.Key}: {string.Join(", ", missing)}");
        }
    }

    /// <summary>All values of a record that stood or lost, in one region.</summary>
    private async Task<IEnumerable<string>> LedgerAsync(int region, string record)
    {
        using var history = JsonDocument.Parse(await _mesh.TextAsync(region, $"/zones/lww.test/records/{record}/DOC/history"));
        return [.. history.RootElement.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("value").GetString()!)];
    }

    private async Task PurgeReachesAllAsync()
    {
        for (var region = 0; region < 3; region++)
        {
            var at = region;
            await Eventually.HoldsAsync(async () => (await _mesh.PageAsync(at)).Status.Contains("; hit", StringComparison.Ordinal));
        }

        var version = _mesh.Change();
        Assert.True(await _mesh.SendAsync(HttpMethod.Post, 0, "/purge", """{"select":[{"tag":"page"}],"mode":"hard"}"""));
        for (var region = 0; region < 3; region++)
        {
            var at = region;
            await Eventually.HoldsAsync(async () => (await _mesh.PageAsync(at)).Body == $"v{version}");
        }
    }
}
