namespace EdgeCache.Zones.Nodes;

/// <summary>What a node that answers says of its work, for people. Immutable.</summary>
public sealed record NodeWork
{
    /// <summary>Zones that a node counts apart in its report.</summary>
    public const int MaxZones = 16;

    /// <summary>Where it stands in the deployment: <c>listen</c>, <c>upstream</c>, <c>tier</c>.</summary>
    public IReadOnlyDictionary<string, string> Place { get; init; } = new Dictionary<string, string>();

    /// <summary>Counters since its start: <c>hits</c>, <c>fills</c>, <c>passes</c>, <c>collapsed</c>, <c>stale</c>, <c>failures</c>.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary>The same counters of the zones with the most answers, at most <see cref="MaxZones"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Zones { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, long>>();

    /// <summary>The changes after which it has given a first fresh answer, newest last, at most <see cref="NodeReport.MaxRecent"/>.</summary>
    public IReadOnlyList<AppliedMark> FirstFresh { get; init; } = [];
}
