using EdgeCache.Zones.Tests.Stores.Redis;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Crashes;

/// <summary>A real Redis with <c>appendfsync always</c>, killed as well now and then.</summary>
public sealed class KilledRedisWriterTests : KilledWriterTests
{
    [Fact]
    public async Task Redis_WriterAndServerKilledRightAfterAnAcknowledgement_HaveIt()
    {
        using var server = new RedisServer().Start();
        await using var store = await server.OpenStoreAsync();
        var all = new List<string>();
        var round = 0;
        await RunAsync($"redis {server.Address}", all, async names =>
        {
            if (++round % 10 == 0)
            {
                server.Kill();
                server.Start();
                await RedisStores.EventuallyAsync(async () => (await store.ReadDirectoryAsync(Cancel)).Zones.Count > 0);
            }

            await AssertHasAsync(store, names);
        });
        await AssertHasAsync(store, all);
    }
}
