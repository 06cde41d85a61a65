using System.Collections.Immutable;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Raises floors a second time when their settle time is over (PLANE.md 7): the application may read from a replica that is behind, so what was filled until then is
/// validated once. Thread-safe.
/// </summary>
internal sealed class Settlements
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(FollowedZone Zone, ImmutableArray<FloorRise> Rises), long> _due = new();
    private readonly Wakeup _wakeup = new();

    public Settlements(TimeProvider time) => _time = time;

    public void Add(FollowedZone zone, Settlement settlement)
    {
        lock (_lock)
        {
            _due.Enqueue((zone, settlement.Rises), _time.GetTimestamp() + (long)(settlement.After.TotalSeconds * _time.TimestampFrequency));
        }

        _wakeup.Ring();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _wakeup.SleepAsync(RaiseDue() ?? Timeout.InfiniteTimeSpan, _time, cancellation);
        }
    }

    /// <summary>Raises what is due; says how long until the next is.</summary>
    private TimeSpan? RaiseDue()
    {
        lock (_lock)
        {
            while (_due.TryPeek(out var next, out var at))
            {
                var now = _time.GetTimestamp();
                if (at > now)
                {
                    // Never early: a millisecond more, since timers count in milliseconds.
                    return _time.GetElapsedTime(now, at) + TimeSpan.FromMilliseconds(1);
                }

                _due.Dequeue();
                next.Zone.State.Floors.Raise(next.Rises.AsSpan());
            }

            return null;
        }
    }
}
