using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Load.Scenarios;

/// <summary>Something that goes wrong.</summary>
public enum FaultKind
{
    /// <summary>SIGSTOP, and SIGCONT at the end.</summary>
    Pause,

    /// <summary>SIGKILL, and started again at the end.</summary>
    Kill,

    /// <summary>The node's connection to the store is cut, in both directions, until the end.</summary>
    Cut,
}

/// <summary>One fault: what, when, for how long. <see cref="What"/>: <c>redis</c>, <c>origin</c>, <c>edge-1</c>…</summary>
public sealed record Fault
{
    /// <summary>Kind.</summary>
    public FaultKind Kind { get; init; }

    /// <summary>Process or node.</summary>
    [Required, RegularExpression("redis|origin|resolver|edge-[0-9]{1,2}", ErrorMessage = "redis, origin, resolver or edge-N")]
    public required string What { get; init; }

    /// <summary>Start, seconds into the measured part.</summary>
    [Range(0, 86_400)]
    public double AtSeconds { get; init; }

    /// <summary>Length, seconds.</summary>
    [Range(0.01, 86_400)]
    public double Seconds { get; init; } = 1;
}
