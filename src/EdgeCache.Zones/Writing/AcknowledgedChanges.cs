using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// What this writer had acknowledged within the last seconds, kept to be appended again, by id, when a zone had to be read anew: a failover may have lost
/// the tail (PLANE.md 4). Bounded in number and bytes; the oldest go first. Thread-safe.
/// </summary>
internal sealed class AcknowledgedChanges
{
    /// <summary>How long a change is kept: longer than a failover takes to show.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(15);

    private const int MaxKept = 4_096;
    private const long MaxBytes = 64 << 20;
    private readonly Lock _lock = new();
    private readonly LinkedList<(CommitRequest Request, long At, long Bytes)> _recent = new();
    private long _bytes;

    /// <summary>Notes an acknowledged change.</summary>
    public void Note(CommitRequest request, long nowMilliseconds)
    {
        var bytes = request.Writes.Sum(w => (long)w.State.Value.Length + w.State.Context.Length) + request.Purges.Sum(WeightOf);
        lock (_lock)
        {
            _recent.AddLast((request, nowMilliseconds, bytes));
            _bytes += bytes;
            Forget(nowMilliseconds);
        }
    }

    /// <summary>Takes what was acknowledged for a zone, oldest first.</summary>
    public IReadOnlyList<CommitRequest> Take(ZoneName zone, long nowMilliseconds)
    {
        lock (_lock)
        {
            Forget(nowMilliseconds);
            var taken = new List<CommitRequest>();
            for (var node = _recent.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Request.Zone == zone)
                {
                    taken.Add(node.Value.Request);
                    Drop(node);
                }

                node = next;
            }

            return taken;
        }
    }

    /// <summary>A record was erased: what was acknowledged of it before is not brought back.</summary>
    public void Erase(ZoneName zone, RecordKey key)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null;)
            {
                var (next, request) = (node.Next, node.Value.Request);
                if (request.Zone == zone && request.Writes.Any(w => w.State.Key == key))
                {
                    node.Value = node.Value with { Request = request with { Writes = [.. request.Writes.Where(w => w.State.Key != key)] } };
                    if (node.Value.Request is { Writes: [], Purges: [] })
                    {
                        Drop(node);
                    }
                }

                node = next;
            }
        }
    }

    // About what it takes in memory.
    private static long WeightOf(PurgeChange purge) => 256 + purge.Selectors.Sum(s => 64 + (2L * (s.Value.Length + s.Type.Length)));

    private void Forget(long nowMilliseconds)
    {
        var oldest = nowMilliseconds - (long)Kept.TotalMilliseconds;
        while (_recent.First is { } first && (first.Value.At < oldest || _recent.Count > MaxKept || (_bytes > MaxBytes && _recent.Count > 1)))
        {
            Drop(first);
        }
    }

    private void Drop(LinkedListNode<(CommitRequest Request, long At, long Bytes)> node)
    {
        _bytes -= node.Value.Bytes;
        _recent.Remove(node);
    }
}
