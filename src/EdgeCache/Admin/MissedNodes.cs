using EdgeCache.Zones.Nodes;

namespace EdgeCache.Admin;

/// <summary>
/// Nodes that reported and no longer do. The store forgets a report after seconds, since nobody waits for such a node; people look for it longer. What the process has
/// seen itself, by its own clock. Thread-safe.
/// </summary>
internal sealed class MissedNodes(TimeProvider time)
{
    /// <summary>For how long a node that went silent is listed.</summary>
    public static readonly TimeSpan Listed = TimeSpan.FromMinutes(10);

    /// <summary>Most nodes remembered, silent or not; more are not missed.</summary>
    public const int MaxNodes = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (NodeReport Report, long SeenAt)> _seen = new(StringComparer.Ordinal);

    /// <summary>Takes what the store lists now; the last reports of those that it no longer lists.</summary>
    public IReadOnlyList<NodeReport> Beside(IReadOnlyList<NodeReport> listed)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            foreach (var report in listed)
            {
                if (_seen.Count < MaxNodes || _seen.ContainsKey(report.Node))
                {
                    _seen[report.Node] = (report, now);
                }
            }

            foreach (var (node, seen) in _seen)
            {
                if (time.GetElapsedTime(seen.SeenAt, now) > Listed)
                {
                    _seen.Remove(node);
                }
            }

            var here = listed.Select(r => r.Node).ToHashSet(StringComparer.Ordinal);
            return [.. _seen.Where(s => !here.Contains(s.Key)).Select(s => s.Value.Report)];
        }
    }
}
