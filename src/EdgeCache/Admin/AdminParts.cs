using EdgeCache.Configuration;
using EdgeCache.Hosting;
using EdgeCache.Metrics;
using EdgeCache.Regions;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Admin;

/// <summary>What the admin API of one listener works on.</summary>
internal sealed record AdminParts
{
    public required IZoneStore Store { get; init; }

    public required ZonePublisher Publisher { get; init; }

    public required ChangeWait Waits { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>When hints were seen.</summary>
    public required HintSightings Hints { get; init; }

    /// <summary>Nodes that were here.</summary>
    public required MissedNodes Missed { get; init; }

    /// <summary>What this node can say about itself.</summary>
    public required NodeInsight Insight { get; init; }

    /// <summary>What the process measures.</summary>
    public MetricsCollector? Metrics { get; init; }

    /// <summary>True for the one listener of a deployment that tells traces how far changes have come: the origin's.</summary>
    public bool TracesChanges { get; init; }

    public required AdminOptions Options { get; init; }

    /// <summary>On a read replica: what is the primary's.</summary>
    public PrimaryProxy? Primary { get; init; }

    /// <summary>The parts that every node of a process takes from it.</summary>
    public static AdminParts Of(NodeContext context, NodeInsight insight, AdminOptions options) => new()
    {
        Store = context.Store,
        Publisher = context.Publisher,
        Waits = new ChangeWait(context.Store, context.Time),
        Time = context.Time,
        Hints = context.Hints,
        Missed = new MissedNodes(context.Time),
        Insight = insight,
        Metrics = context.Metrics,
        Options = options,
    };
}
