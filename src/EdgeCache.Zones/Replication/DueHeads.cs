using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Lazy replication: remembers when the other log was first seen to have reached a serial, and says up to which serial that is long enough ago. By this node's monotonic clock
/// alone: no two clocks are compared. Order is kept, so a purge never overtakes an earlier publish.
/// </summary>
internal sealed class DueHeads
{
    private const int MaxMarks = 1_024;
    private readonly Queue<(long Serial, long At)> _marks = new();
    private Epoch _epoch;
    private long _due;
    private long _newest;

    /// <summary>The head was seen at a monotonic time; a new epoch begins anew.</summary>
    public void See(Epoch epoch, long head, long at)
    {
        if (_epoch != epoch)
        {
            (_epoch, _due, _newest) = (epoch, 0, 0);
            _marks.Clear();
        }

        // When all places are taken the newest mark waits for room: late, never early.
        if (head > _newest && _marks.Count < MaxMarks)
        {
            _newest = head;
            _marks.Enqueue((head, at));
        }
    }

    /// <summary>The highest serial seen at or before <paramref name="until"/>.</summary>
    public long Due(long until)
    {
        while (_marks.TryPeek(out var mark) && mark.At <= until)
        {
            _due = mark.Serial;
            _marks.Dequeue();
        }

        return _due;
    }
}
