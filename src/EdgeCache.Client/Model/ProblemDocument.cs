namespace EdgeCache.Client.Model;

/// <summary>An error as the admin API says it (RFC 9457), with what would be allowed.</summary>
public sealed record ProblemDocument
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where and why.</summary>
    public string? Detail { get; init; }

    /// <summary>What would be allowed.</summary>
    public string? Allowed { get; init; }
}
