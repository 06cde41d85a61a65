using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Load.Scenarios;

/// <summary>How the keys are chosen.</summary>
public enum KeyDistribution
{
    /// <summary>Few keys get most.</summary>
    Zipf,

    /// <summary>All alike.</summary>
    Uniform,
}

/// <summary>Keys of a scenario.</summary>
public sealed record KeyPlan
{
    /// <summary>Number of keys.</summary>
    [Range(1, 1_000_000)]
    public int Count { get; init; } = 50;

    /// <summary>Distribution.</summary>
    public KeyDistribution Distribution { get; init; } = KeyDistribution.Zipf;

    /// <summary>Zipf exponent.</summary>
    [Range(0.01, 5)]
    public double Exponent { get; init; } = 0.99;
}
