namespace EdgeCache.Zones.Nodes;

/// <summary>What a node that answers says of its work, for people. Immutable.</summary>
public sealed record NodeWork
{
    /// <summary>Where it stands in the deployment: <c>listen</c>, <c>upstream</c>, <c>tier</c>.</summary>
    public IReadOnlyDictionary<string, string> Place { get; init; } = new Dictionary<string, string>();

    /// <summary>Counters since its start: <c>hits</c>, <c>fills</c>, <c>passes</c>, <c>collapsed</c>, <c>stale</c>, <c>failures</c>.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary>The changes after which it has given a first fresh answer, newest last, at most <see cref="NodeReport.MaxRecent"/>.</summary>
    public IReadOnlyList<AppliedMark> FirstFresh { get; init; } = [];
}
