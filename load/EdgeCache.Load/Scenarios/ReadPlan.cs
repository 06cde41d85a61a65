using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Load.Scenarios;

/// <summary>Protocol of the reads.</summary>
public enum ReadProtocol
{
    /// <summary>GET of pages over HTTP/1.1.</summary>
    Http,

    /// <summary>TXT over UDP.</summary>
    Dns,

    /// <summary>Record look-ups at EdgeCache's edges; a write publishes the record.</summary>
    Record,
}

/// <summary>Readers of a scenario.</summary>
public sealed record ReadPlan : RatePlan
{
    /// <summary>Reads per second, over all nodes.</summary>
    [Range(0.01, 1_000_000)]
    public override double Rate { get; init; } = 400;

    /// <summary>Protocol.</summary>
    public ReadProtocol Over { get; init; } = ReadProtocol.Http;

    /// <summary>Level asked for, as in the <c>Edge-Consistency</c> header; absent: none.</summary>
    public string? Consistency { get; init; }

    /// <summary>Users; each keeps its own session token and goes to any node.</summary>
    [Range(1, 100_000)]
    public int Sessions { get; init; } = 20;
}
