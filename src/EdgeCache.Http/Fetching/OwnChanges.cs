using System.Collections.Concurrent;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Http.Fetching;

/// <summary>
/// Where this node stands with the invalidations that it appended itself: their floors are up here before the log brings them back, so a tier above must have them too before its answer
/// counts as new (PLANE.md 8). Thread-safe; one position per zone.
/// </summary>
internal sealed class OwnChanges
{
    private readonly ConcurrentDictionary<ZoneName, Position> _last = new();

    /// <summary>What this node knows of a zone: the last entry applied, or a later one of its own. <c>default</c> while there is none: then nothing can be too old.</summary>
    public Position Standing(ZoneState zone)
    {
        var applied = zone.View.Position;
        return _last.TryGetValue(zone.Zone, out var own) && own.Epoch == applied.Epoch && own.Serial > applied.Serial ? own
            : applied.Serial == 0 ? default
            : applied;
    }

    /// <summary>Appends an invalidation; null when its position is not known yet. Its floors are up before this returns.</summary>
    public async ValueTask<Position?> AppendAsync(EdgeNode node, ZoneState zone, IReadOnlyCollection<Selector> selectors, CancellationToken cancellation)
    {
        var append = node.Options.Invalidate ?? throw new InvalidOperationException("nothing to append to");
        var position = await append(zone, selectors, cancellation).ConfigureAwait(false);
        if (node.Options.UpstreamIsTier)
        {
            // Not known yet: it will be later than all that was applied here.
            var applied = zone.View.Position;
            Note(position ?? applied with { Serial = applied.Serial + 1 });

            // Once more: what the tier gave meanwhile may be from before.
            zone.Floors.Raise([.. selectors], PurgeMode.Hard);
        }

        return position;
    }

    private void Note(Position own) =>
        _last.AddOrUpdate(own.Zone, own, (_, known) => known.Epoch == own.Epoch && known.Serial > own.Serial ? known : own);
}
