using EdgeCache.Load.Checking;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Reports;

/// <summary>One condition of the gate and whether it held.</summary>
public sealed record GateResult(string Condition, string Measured, bool Held);

/// <summary>When a fault began and ended, seconds into the measured part.</summary>
public sealed record FaultSpan(string What, string Kind, double FromSeconds, double ToSeconds);

/// <summary>Everything a run has to say. The JSON of this is the source; every other form is rendered from it.</summary>
public sealed record RunReport
{
    /// <summary>Version of this shape.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The scenario as it ran.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>When it began, UTC, ISO 8601.</summary>
    public required string StartedAt { get; init; }

    /// <summary>Names of the nodes that were read from.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>True when it was stopped before its end.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Why the run says nothing; null when it counts.</summary>
    public string? Void { get; init; }

    /// <summary>True when it is void because the generator was too slow or too late: the machine's fault, not the target's.</summary>
    public bool Disturbed { get; init; }

    /// <summary>What was measured.</summary>
    public required Measurement Measured { get; init; }

    /// <summary>What divides allowed from violation.</summary>
    public required AnnouncedBound Bound { get; init; }

    /// <summary>What the generator did alone, before the run; null: it was not tried.</summary>
    public GeneratorReport? Generator { get; init; }

    /// <summary>Share of stale answers that was to be expected; null where no model fits.</summary>
    public RunPrediction? Predicted { get; init; }

    /// <summary>True when the measured share lies outside the band.</summary>
    public bool PredictionLeft { get; init; }

    /// <summary>Requests that reached the origin, per second of the whole run; null where they are not counted.</summary>
    public double? UpstreamPerSecond { get; init; }

    /// <summary>Versions written.</summary>
    public long Writes { get; init; }

    /// <summary>Writes that were not acknowledged.</summary>
    public long WriteErrors { get; init; }

    /// <summary>How each node, by name, saw changes.</summary>
    public required IReadOnlyDictionary<string, NodePropagation> Propagation { get; init; }

    /// <summary>Milliseconds from acknowledgement to the first fresh answer of the node that was last.</summary>
    public required Quantiles LastFreshMilliseconds { get; init; }

    /// <summary>How quick changes were, finely measured on a key of its own; null where writes do not purge.</summary>
    public ProbedDelays? Probe { get; init; }

    /// <summary>Session guarantees that were broken, by guarantee.</summary>
    public required IReadOnlyDictionary<string, long> SessionViolations { get; init; }

    /// <summary>The first few of them.</summary>
    public IReadOnlyList<SessionViolation> SessionExamples { get; init; } = [];

    /// <summary>Faults as they happened.</summary>
    public IReadOnlyList<FaultSpan> Faults { get; init; } = [];

    /// <summary>The defect that the processes were started with; null in every run that measures the product.</summary>
    public SeededDefect? SeededDefect { get; init; }

    /// <summary>The gate's conditions.</summary>
    public IReadOnlyList<GateResult> Gate { get; init; } = [];

    /// <summary>True when the run counts and every condition held.</summary>
    public bool Passed => Void is null && Gate.All(g => g.Held);
}
