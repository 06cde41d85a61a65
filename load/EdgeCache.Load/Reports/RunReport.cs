using EdgeCache.Load.Checking;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Prediction;
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

    /// <summary>What was measured.</summary>
    public required Measurement Measured { get; init; }

    /// <summary>Share of stale answers that was to be expected; null where no model fits.</summary>
    public PredictedShare? Predicted { get; init; }

    /// <summary>How the prediction was made.</summary>
    public string? PredictedBy { get; init; }

    /// <summary>True when the measured share lies outside the band.</summary>
    public bool PredictionLeft { get; init; }

    /// <summary>Requests that reached the origin, per second of the whole run.</summary>
    public double UpstreamPerSecond { get; init; }

    /// <summary>Writes made and writes that were not acknowledged.</summary>
    public long Writes { get; init; }

    /// <summary>Writes that were not acknowledged.</summary>
    public long WriteErrors { get; init; }

    /// <summary>Milliseconds from acknowledgement to the first answer that carried the version (or a later one), per node name.</summary>
    public required IReadOnlyDictionary<string, Quantiles> FirstFreshMilliseconds { get; init; }

    /// <summary>The same to the last node's first fresh answer.</summary>
    public required Quantiles LastFreshMilliseconds { get; init; }

    /// <summary>Session guarantees that were broken, by guarantee.</summary>
    public required IReadOnlyDictionary<string, long> SessionViolations { get; init; }

    /// <summary>The first few of them.</summary>
    public IReadOnlyList<SessionViolation> SessionExamples { get; init; } = [];

    /// <summary>Faults as they happened.</summary>
    public IReadOnlyList<FaultSpan> Faults { get; init; } = [];

    /// <summary>The gate's conditions.</summary>
    public IReadOnlyList<GateResult> Gate { get; init; } = [];

    /// <summary>True when the run counts and every condition held.</summary>
    public bool Passed => Void is null && Gate.All(g => g.Held);
}
