namespace EdgeCache.Load.Topology;

/// <summary>What a scenario file cannot say and an experiment of the tool itself needs.</summary>
public sealed record EnvironmentShape
{
    /// <summary>TTL of each key; null: the scenario's.</summary>
    public Func<int, TimeSpan>? TtlOfKey { get; init; }

    /// <summary>Share of hints lost on the way to an edge, by its number from 1; null: the scenario's.</summary>
    public Func<int, double>? LossOfEdge { get; init; }

    /// <summary>Port of the tool's origin; 0: any.</summary>
    public int OriginPort { get; init; }
}
