using EdgeCache.Zones.Following;
using Microsoft.Extensions.Hosting;

namespace EdgeCache.Http.Storage;

/// <summary>Keeps the store tidy in the background: sweeps floors until they can be forgotten, and frees what is dead (PLANE.md 13).</summary>
internal sealed class StoreKeeper(ResponseStore store, IFollower follower, TimeProvider time) : BackgroundService
{
    private const int EntriesPerSlice = 1_000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var zones = follower.Zones.All.Where(FloorSweep.IsNeeded).ToList();
            if (zones.Count > 0)
            {
                var sweep = store.BeginSweep(zones);
                while (!sweep.Step(EntriesPerSlice) && !stoppingToken.IsCancellationRequested)
                {
                    await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            store.CollectDead(EntriesPerSlice);
        }
    }
}
