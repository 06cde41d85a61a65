using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>The contract, on a real redis-server.</summary>
public sealed class RedisZoneStoreContractTests : ZoneStoreContract
{
    private readonly RedisServer _server = new();
    private TimeSpan _passed;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _server.Dispose();
    }

    protected override async ValueTask<IZoneStore> OpenAsync() => await _server.Start().OpenStoreAsync(() => _passed);

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _passed += time;
        return ValueTask.CompletedTask;
    }
}
