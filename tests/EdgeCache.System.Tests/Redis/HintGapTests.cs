using System.Net;
using EdgeCache.Load.Topology;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>An edge counts the hints that never reached it.</summary>
[Collection("redis")]
public sealed class HintGapTests : IAsyncLifetime
{
    private const int BasePort = 20860;
    private readonly RedisDeployment _all = new(BasePort);
    private readonly HintProxy _proxy = new(new IPEndPoint(IPAddress.Loopback, BasePort), loss: 0, doubling: 0, TimeSpan.Zero, seed: 1);

    public async ValueTask InitializeAsync() => await _all.StartAsync(_proxy.Address.ToString());

    public async ValueTask DisposeAsync()
    {
        await _all.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task Gaps_OneForEachHintThatWasDropped_AreAllCounted()
    {
        const int made = 7;
        for (var i = 0; i < made; i++)
        {
            _proxy.Loss = 1;
            await _all.WaitForAsync((await _all.TryPurgeAsync("lost"))!); // Redis is up: accepted.
            _proxy.Loss = 0;
            await _all.WaitForAsync((await _all.TryPurgeAsync("seen"))!);
        }

        await Eventually.HoldsAsync(async () => (await NodesAsync()).Contains($" {made} ", StringComparison.Ordinal));
        Assert.Equal(made, _proxy.Dropped);
        Assert.Matches($@"edge-2\s+edge\s+caught-up\s+0\s+\d+\s+{made}\s+0", await NodesAsync());
        Assert.Matches(@"edge-1\s+edge\s+caught-up\s+0\s+\d+\s+0\s+0", await NodesAsync());
    }

    private async Task<string> NodesAsync() => (await ServedProgram.RunAsync(_all.Folder, "node", "list", "--admin", _all.Admin)).Output;
}
