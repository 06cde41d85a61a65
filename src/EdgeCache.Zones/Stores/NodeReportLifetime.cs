using EdgeCache.Zones.Nodes;

namespace EdgeCache.Zones.Stores;

/// <summary>How long a store keeps a report.</summary>
internal static class NodeReportLifetime
{
    /// <summary>The longer of the node lifetime and the report's lease, so that <c>wait</c> sees a vanished node as missing until its lease is over (PLANE.md 21).</summary>
    public static long KeptMilliseconds(this NodeReport report) =>
        Math.Max((long)NodeReport.Lifetime.TotalMilliseconds, report.LeaseMilliseconds);
}
