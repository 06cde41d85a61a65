using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;

namespace EdgeCache.Admin;

/// <summary>Reports of nodes as people read them: in what state, how far behind. Pure.</summary>
internal static class NodeTable
{
    /// <summary>Rows by name: of nodes that report, and of those that no longer do.</summary>
    public static IReadOnlyList<NodeDocument> Of(
        IReadOnlyList<NodeReport> reports, IReadOnlyList<NodeReport> missed, IReadOnlyDictionary<ZoneName, (Epoch Epoch, long Head)> heads, long now) =>
        [.. reports.Select(r => Row(r, heads, now)).Concat(missed.Select(r => Row(r, heads, now) with { State = "gone" })).OrderBy(n => n.Node, StringComparer.Ordinal)];

    private static NodeDocument Row(NodeReport report, IReadOnlyDictionary<ZoneName, (Epoch Epoch, long Head)> heads, long now)
    {
        var behind = report.Positions.Where(p => p.Region.Length == 0).Sum(p => heads.TryGetValue(p.Zone, out var head) ? (head.Epoch == p.Epoch ? Math.Max(0, head.Head - p.Serial) : head.Head) : 0);
        var age = Math.Max(0, now - report.ReportedAt);
        return new NodeDocument
        {
            Node = report.Node,
            Role = report.Role,
            State = age > (long)NodeReport.Lifetime.TotalMilliseconds ? "gone"
                : age + report.HorizonAgeMilliseconds > report.LeaseMilliseconds ? "lagging"
                : report.Unproven is not null ? "validating"
                : behind > 0 ? "behind"
                : "caught-up",
            Behind = behind,
            HorizonAgeMilliseconds = report.HorizonAgeMilliseconds,
            ReportAgeMilliseconds = age,
            LeaseMilliseconds = report.LeaseMilliseconds,
            GapsRepaired = report.GapsRepaired,
            Resyncs = report.Resyncs,
            Positions = [.. report.Positions.Select(p => p.ToString())],
            Place = report.Work?.Place,
            Counts = report.Work?.Counts,
            Zones = report.Work?.Zones,
        };
    }
}
