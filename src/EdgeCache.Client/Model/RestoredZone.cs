namespace EdgeCache.Client.Model;

/// <summary>A zone that was given a new epoch.</summary>
public sealed record RestoredZone
{
    /// <summary>The apex.</summary>
    public required string Zone { get; init; }

    /// <summary>The new epoch.</summary>
    public required string Epoch { get; init; }
}
