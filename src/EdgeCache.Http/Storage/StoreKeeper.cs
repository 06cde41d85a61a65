using EdgeCache.Zones.Following;
using Microsoft.Extensions.Hosting;

namespace EdgeCache.Http.Storage;

/// <summary>Keeps the store tidy in the background: sweeps floors until they can be forgotten, and frees what is dead (PLANE.md 13).</summary>
internal sealed class StoreKeeper(ResponseStore store, IFollower follower, TimeProvider time) : BackgroundService
{
    private const int EntriesPerSlice = 1_000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);

    private readonly FloorMemory _memory = new(time);
    private readonly Dictionary<int, long> _swept = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var all = follower.Zones.All.ToList();
            _memory.Note(all);
            var zones = all.Where(IsSweepDue).ToList();
            if (zones.Count > 0)
            {
                zones.ForEach(z => _swept[z.Id] = z.Floors.Generation);
                var sweep = store.BeginSweep(zones, _memory.Through);
                while (!sweep.Step(EntriesPerSlice) && !stoppingToken.IsCancellationRequested)
                {
                    await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            // Swept earlier, kept for fills in flight: due now.
            foreach (var zone in all.Where(FloorSweep.IsNeeded))
            {
                zone.Floors.Forget(Math.Min(_memory.Through(zone), _swept.GetValueOrDefault(zone.Id)));
            }

            store.CollectDead(EntriesPerSlice);
        }
    }

    private bool IsSweepDue(ZoneState zone) => FloorSweep.IsNeeded(zone) && zone.Floors.Generation > _swept.GetValueOrDefault(zone.Id);
}
