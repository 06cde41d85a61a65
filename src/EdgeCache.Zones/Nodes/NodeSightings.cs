namespace EdgeCache.Zones.Nodes;

/// <summary>
/// The nodes as one observer has seen them, in the observer's own monotonic time: a node is silent since its report last changed. A node that falls out of the store's list
/// is remembered until its lease is over, so that a wait does not succeed because somebody was cut off (PLANE.md 21). Not thread-safe.
/// </summary>
internal sealed class NodeSightings
{
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Sighting> _nodes = new(StringComparer.Ordinal);

    public NodeSightings(TimeProvider time) => _time = time;

    public IEnumerable<Sighting> All => _nodes.Values;

    public Sighting? Find(string node) => _nodes.GetValueOrDefault(node);

    public void See(IReadOnlyList<NodeReport> reports)
    {
        var now = _time.GetTimestamp();
        foreach (var report in reports)
        {
            var known = _nodes.GetValueOrDefault(report.Node);
            if (known is null || known.Report.Instance != report.Instance || known.Report.Sequence != report.Sequence)
            {
                _nodes[report.Node] = new Sighting(report, now);
            }
        }

        var listed = reports.Select(r => r.Node).ToHashSet(StringComparer.Ordinal);
        foreach (var (node, sighting) in _nodes.ToArray())
        {
            var silence = _time.GetElapsedTime(sighting.At, now);
            if (!listed.Contains(node) && silence > sighting.Lease && silence > NodeReport.Lifetime)
            {
                _nodes.Remove(node);
            }
        }
    }
}

/// <summary>A report and when the observer first saw it.</summary>
internal sealed record Sighting(NodeReport Report, long At)
{
    /// <summary>After so long without a new report the node serves log content as fresh no more.</summary>
    public TimeSpan Lease => TimeSpan.FromMilliseconds(Report.LeaseMilliseconds);
}
