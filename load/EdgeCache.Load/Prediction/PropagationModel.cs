namespace EdgeCache.Load.Prediction;

/// <summary>What a prediction needs to know of the plane: how late purges arrive and how many never do before the catch-up.</summary>
public sealed record PropagationModel
{
    /// <summary>Measured delays from acknowledgement to application, seconds; sampled with replacement. Empty: no purges at all.</summary>
    public required IReadOnlyList<double> DelaySeconds { get; init; }

    /// <summary>Probability, 0…1, that a hint is lost; the change then waits for the next catch-up.</summary>
    public double HintLoss { get; init; }

    /// <summary>Other hints of the zone that arrive, per second: each reveals the gap that a lost one left, and the follower reads the log at once.</summary>
    public double RevealedPerSecond { get; init; }

    /// <summary>Longest time until a catch-up finds a lost hint, seconds; infinite where nothing catches up.</summary>
    public double CatchUpSeconds { get; init; } = double.PositiveInfinity;
}
