using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Load.Scenarios;

/// <summary>Writers of a scenario.</summary>
public sealed record WritePlan : RatePlan
{
    /// <summary>Writes per second, over all keys.</summary>
    [Range(0, 100_000)]
    public override double Rate { get; init; } = 2;

    /// <summary>True: each write purges its tag before it counts as acknowledged.</summary>
    public bool Purge { get; init; } = true;

    /// <summary>True: keys are written as often as they are read; else all alike.</summary>
    public bool LikeReads { get; init; }
}
