using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>Program and Redis are started together, and Redis is the slower one.</summary>
[Collection("redis")]
public sealed class LateRedisTests : IAsyncLifetime
{
    private readonly RedisDeployment _all = new(22730);

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Repository.OnPath("redis-server"), "redis-server is not on PATH");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _all.DisposeAsync();

    [Fact]
    public async Task Origin_WithAZoneFile_WaitsForItsRedis()
    {
        var zone = Path.Combine(_all.Folder, "late.test.zone");
        await File.WriteAllTextAsync(zone, "@ 60 SOA ns h 1 3600 600 86400 60\n@ 60 NS ns\nns 60 A 192.0.2.1\n", TestContext.Current.CancellationToken);
        var starting = ServedProgram.StartAsync(_all.Folder, "ready", "origin", "--admin", _all.Admin, "--redis", $"127.0.0.1:{_all.RedisPort}", "--zone-file", $"late.test={zone}");
        await Task.Delay(1_500, TestContext.Current.CancellationToken);
        Assert.False(starting.IsCompleted, "it was ready without its store, or gave up");
        await _all.StartRedisAsync();
        await using var origin = await starting;

        var record = await _all.Http.GetStringAsync($"{_all.Admin}/zones/late.test/records/ns/A", TestContext.Current.CancellationToken);
        Assert.Contains("192.0.2.1", record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edge_BeforeItsFirstReadOfTheStore_DoesNotSayThatAZoneIsNotThere()
    {
        var lookUp = $"http://127.0.0.1:{_all.EdgePort(0)}/.well-known/edgecache/records/late.test/ns/A";
        await using var edge = await ServedProgram.StartAsync(
            _all.Folder, "ready", "edge", "--listen", $"http://127.0.0.1:{_all.EdgePort(0)}", "--upstream", _all.App, "--redis", $"127.0.0.1:{_all.RedisPort}", "--name", "edge-early");
        using (var early = await _all.Http.GetAsync(lookUp, TestContext.Current.CancellationToken))
        {
            Assert.Equal(504, (int)early.StatusCode);
            Assert.Contains("horizon-too-old", early.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
        }

        await _all.StartRedisAsync();
        await Eventually.HoldsAsync(async () =>
        {
            using var known = await _all.Http.GetAsync(lookUp, TestContext.Current.CancellationToken);
            return (int)known.StatusCode == 404;
        });
    }
}
