using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Nodes;

/// <summary>When this node saw the hints of the newest changes: a part of a change's timeline. Bounded; thread-safe.</summary>
public sealed class HintSightings : IDisposable
{
    /// <summary>Changes remembered.</summary>
    public const int MaxKept = 1_024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Position, long> _seen = [];
    private readonly Queue<Position> _order = new();
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;

    /// <summary>Listens to the hints of a store.</summary>
    public HintSightings(IZoneStore store, TimeProvider time)
    {
        _time = time;
        _subscription = store.Subscribe(Note);
    }

    /// <summary>When the hint came, Unix milliseconds of this node; null: it did not, or long ago.</summary>
    public long? SeenAt(Position position)
    {
        lock (_lock)
        {
            return _seen.TryGetValue(position, out var at) ? at : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _subscription.Dispose();

    private void Note(Hint hint)
    {
        var position = new Position(hint.Zone, hint.Epoch, hint.Serial);
        lock (_lock)
        {
            if (!_seen.TryAdd(position, _time.GetUtcNow().ToUnixTimeMilliseconds()))
            {
                return;
            }

            _order.Enqueue(position);
            while (_order.Count > MaxKept)
            {
                _seen.Remove(_order.Dequeue());
            }
        }
    }
}
