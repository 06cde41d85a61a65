using EdgeCache.Configuration;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Hosting;

/// <summary>Opens the store that the configuration names.</summary>
internal static class StoreOpener
{
    public static ValueTask<IZoneStore> OpenAsync(StoreOptions options, TimeProvider time, ILoggerFactory logs) =>
        new(new MemoryZoneStore(time, NodeContext.NewRandom(), options.Region));
}
