using System.Diagnostics;
using EdgeCache.Zones.Log;

namespace EdgeCache.Metrics;

/// <summary>The <c>publish</c> spans of the newest changes, for the spans of the nodes that are linked to them. Empty while nobody collects. Thread-safe.</summary>
internal sealed class PublishSpans
{
    /// <summary>Spans kept.</summary>
    private const int MaxSpans = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<Position, ActivityContext> _spans = [];
    private readonly Queue<Position> _order = new();

    public void Keep(Position change, ActivityContext span)
    {
        lock (_lock)
        {
            if (_spans.TryAdd(change, span))
            {
                _order.Enqueue(change);
            }

            if (_order.Count > MaxSpans)
            {
                _spans.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Default for a change that was published elsewhere, or too long ago.</summary>
    public ActivityContext Of(Position change)
    {
        lock (_lock)
        {
            return _spans.GetValueOrDefault(change);
        }
    }
}
