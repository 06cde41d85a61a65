using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Following;

/// <summary>
/// When the newest entries were applied, in the node's own monotonic time: tells whether something was asked for after a position had been applied. Thread-safe.
/// </summary>
internal sealed class AppliedTimes
{
    private const int Kept = 256;
    private readonly Lock _lock = new();
    private readonly Queue<(long Serial, long At)> _times = new();
    private Epoch _epoch;

    public void Note(Position position, long timestamp)
    {
        lock (_lock)
        {
            if (_epoch != position.Epoch)
            {
                _times.Clear();
                _epoch = position.Epoch;
            }

            _times.Enqueue((position.Serial, timestamp));
            if (_times.Count > Kept)
            {
                _times.Dequeue();
            }
        }
    }

    /// <summary>A time by which <paramref name="position"/> had been applied for certain; never, when it has not.</summary>
    public long AppliedBy(Epoch epoch, long serial)
    {
        lock (_lock)
        {
            foreach (var (known, at) in _times)
            {
                if (epoch == _epoch && known >= serial)
                {
                    return at;
                }
            }

            return long.MaxValue;
        }
    }
}
