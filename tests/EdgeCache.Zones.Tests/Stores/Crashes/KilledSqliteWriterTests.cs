using EdgeCache.Zones.Stores.Sqlite;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Crashes;

/// <summary>The embedded store.</summary>
public sealed class KilledSqliteWriterTests : KilledWriterTests
{
    [Fact]
    public async Task Sqlite_KilledRightAfterAnAcknowledgement_HasIt()
    {
        var all = new List<string>();
        await RunAsync(Folder, all, async names =>
        {
            // The next process finds what the killed one was told; the epoch goes on.
            await using var store = await SqliteZoneStore.OpenAsync(Folder, TimeProvider.System, new Random(1), "", Cancel);
            Assert.False(store.WasRestored);
            await AssertHasAsync(store, names);
        });
        await using var last = await SqliteZoneStore.OpenAsync(Folder, TimeProvider.System, new Random(1), "", Cancel);
        await AssertHasAsync(last, all);
    }
}
