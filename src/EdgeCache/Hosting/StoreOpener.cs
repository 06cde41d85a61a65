using EdgeCache.Configuration;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Stores.Redis;
using EdgeCache.Zones.Stores.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Hosting;

/// <summary>
/// Opens the store that the configuration names. Redis is connected to in the background: a node waits a moment for one that is there, so that its first look-ups find it, and starts
/// without one that is not, and reports lagging. What has to read and write before it is ready waits longer: Redis may have been started at the same time.
/// </summary>
internal static class StoreOpener
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="isNeeded">The start fails without it: there are zones to make or files to load.</param>
    public static async ValueTask<IZoneStore> OpenAsync(StoreOptions options, bool isNeeded, TimeProvider time, ILoggerFactory logs)
    {
        if (options.Redis is { } redis)
        {
            var reach = new RedisStoreOptions
            {
                Connection = redis,
                Password = PasswordOf(options),
                AuthorityFile = options.RedisAuthorityFile,
                Durability = options.RedisDurability,
                Region = options.Region,
            };
            var store = new RedisZoneStore(reach, NodeContext.NewRandom(), logs.CreateLogger<RedisZoneStore>());
            await store.FirstConnection.WaitAsync(isNeeded ? Patience : Moment, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return store;
        }

        return options.Data is { } folder
            ? await SqliteZoneStore.OpenAsync(folder, time, NodeContext.NewRandom(), options.Region, CancellationToken.None).ConfigureAwait(false)
            : new MemoryZoneStore(time, NodeContext.NewRandom(), options.Region);
    }

    private static string? PasswordOf(StoreOptions options) => options.RedisPasswordFile is { } file
        ? File.ReadLines(file).FirstOrDefault()?.Trim()
        : Environment.GetEnvironmentVariable(StoreOptions.RedisPasswordVariable) is { Length: > 0 } set ? set : null;
}
