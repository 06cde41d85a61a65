using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// What this writer had acknowledged within the last seconds, kept to be appended again, by id, when a zone's epoch changes: a failover may have lost
/// the tail (PLANE.md 4). Bounded; thread-safe.
/// </summary>
internal sealed class AcknowledgedChanges
{
    /// <summary>How long a change is kept: longer than a failover takes to show.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(15);

    private const int MaxKept = 4_096;
    private readonly Lock _lock = new();
    private readonly Queue<(CommitRequest Request, Epoch Epoch, long At)> _recent = new();
    private readonly Dictionary<ZoneName, Epoch> _epochs = [];

    /// <summary>Notes an acknowledged change; gives back what was acknowledged in an earlier epoch of its zone and may be lost, oldest first.</summary>
    public IReadOnlyList<CommitRequest> Note(CommitRequest request, Epoch epoch, long nowMilliseconds)
    {
        lock (_lock)
        {
            var oldest = nowMilliseconds - (long)Kept.TotalMilliseconds;
            while (_recent.TryPeek(out var first) && (first.At < oldest || _recent.Count >= MaxKept))
            {
                _recent.Dequeue();
            }

            var isNew = _epochs.TryGetValue(request.Zone, out var known) && known != epoch;
            _epochs[request.Zone] = epoch;
            var lost = isNew ? Take(request.Zone, epoch) : [];
            _recent.Enqueue((request, epoch, nowMilliseconds));
            return lost;
        }
    }

    /// <summary>What was acknowledged in another epoch of a zone than the one it has now.</summary>
    public IReadOnlyList<CommitRequest> TakeOlder(ZoneName zone, Epoch epoch)
    {
        lock (_lock)
        {
            _epochs[zone] = epoch;
            return Take(zone, epoch);
        }
    }

    private List<CommitRequest> Take(ZoneName zone, Epoch epoch)
    {
        var taken = new List<CommitRequest>();
        for (var i = _recent.Count; i > 0; i--)
        {
            var item = _recent.Dequeue();
            if (item.Request.Zone == zone && item.Epoch != epoch)
            {
                taken.Add(item.Request);
            }
            else
            {
                _recent.Enqueue(item);
            }
        }

        return taken;
    }
}
