using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCache.Zones.Tests.Stores.Redis;

internal static class RedisStores
{
    /// <summary>A store on the server; waits until the first command is answered.</summary>
    public static async Task<RedisZoneStore> OpenStoreAsync(this RedisServer server, Func<TimeSpan>? clockOffset = null, int seed = 1)
    {
        var options = new RedisStoreOptions { Connection = server.Address, ClockOffset = clockOffset ?? (() => TimeSpan.Zero) };
        var store = new RedisZoneStore(options, new Random(seed), NullLogger<RedisZoneStore>.Instance);
        await EventuallyAsync(async () => (await store.ReadDirectoryAsync(CancellationToken.None)).Zones.Count > 0);
        return store;
    }

    /// <summary>Asks until yes, for a minute; faults of the store count as no.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (StoreException) when (i < 3_000)
            {
            }

            Xunit.Assert.True(i < 3_000, "it did not come about in a minute");
            await Task.Delay(20);
        }
    }
}
