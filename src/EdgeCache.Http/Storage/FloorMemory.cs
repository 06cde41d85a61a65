using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Storage;

/// <summary>
/// Up to where a zone's floors may be forgotten. What is in flight below that is refused though no floor covers it (PLANE.md 13), so floors stay for as long as an
/// ordinary fill takes: then a purge of one page costs the fills of no other. Not thread-safe.
/// </summary>
internal sealed class FloorMemory(TimeProvider time)
{
    /// <summary>How long floors are kept for fills in flight: the longest wait for a head, and some time for the body.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(45);

    /// <summary>More floors than this in a zone, some 35 MB, are forgotten as soon as a sweep is through: then fills in flight are refused, but memory follows no storm of purges.</summary>
    public const int Crowd = 1 << 20;

    private readonly Dictionary<int, Queue<(long At, long Generation)>> _noted = [];
    private readonly Dictionary<int, long> _through = [];

    /// <summary>Notes where each zone stands now; zones no longer among them are dropped.</summary>
    public void Note(IReadOnlyCollection<ZoneState> zones)
    {
        var now = time.GetTimestamp();
        foreach (var zone in zones)
        {
            if (!_noted.TryGetValue(zone.Id, out var queue))
            {
                _noted[zone.Id] = queue = new();
            }

            queue.Enqueue((now, zone.Floors.Generation));
            while (queue.TryPeek(out var first) && time.GetElapsedTime(first.At, now) >= Kept)
            {
                _through[zone.Id] = queue.Dequeue().Generation;
            }
        }

        foreach (var gone in _noted.Keys.Except(zones.Select(z => z.Id)).ToList())
        {
            _noted.Remove(gone);
            _through.Remove(gone);
        }
    }

    /// <summary>The generation that no fill younger than <see cref="Kept"/> lies below; 0 when nothing may be forgotten yet, and no limit in a <see cref="Crowd"/>.</summary>
    public long Through(ZoneState zone) => zone.Floors.Count > Crowd ? long.MaxValue : _through.GetValueOrDefault(zone.Id);
}
