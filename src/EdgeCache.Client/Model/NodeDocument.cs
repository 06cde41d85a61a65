namespace EdgeCache.Client.Model;

/// <summary>Where a node stands.</summary>
public sealed record NodeDocument
{
    /// <summary>Its name.</summary>
    public required string Node { get; init; }

    /// <summary><c>edge</c>, <c>resolver</c> or <c>origin</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>caught-up</c>, <c>behind</c>, <c>validating</c> (it may serve pages that are possibly old, since it had to read a zone anew), <c>lagging</c> or <c>gone</c>.</summary>
    public required string State { get; init; }

    /// <summary>Entries of all logs it has not applied yet.</summary>
    public required long Behind { get; init; }

    /// <summary>How old its knowledge was when it reported, milliseconds.</summary>
    public required long HorizonAgeMilliseconds { get; init; }

    /// <summary>Milliseconds since its last report, by the asked node's clock.</summary>
    public required long ReportAgeMilliseconds { get; init; }

    /// <summary>Gaps repaired since its start.</summary>
    public long GapsRepaired { get; init; }

    /// <summary>Resyncs since its start.</summary>
    public long Resyncs { get; init; }

    /// <summary>Applied positions.</summary>
    public required IReadOnlyList<string> Positions { get; init; }

    /// <summary>How long its knowledge is good after its last poll, milliseconds (max-lag).</summary>
    public long LeaseMilliseconds { get; init; }

    /// <summary>Where it stands: <c>listen</c>, <c>upstream</c>, <c>tier</c>; null for a node that only follows.</summary>
    public IReadOnlyDictionary<string, string>? Place { get; init; }

    /// <summary>Counters since its start: <c>hits</c>, <c>fills</c>, <c>passes</c>, <c>collapsed</c>, <c>stale</c>, <c>failures</c>; null for a node that only follows.</summary>
    public IReadOnlyDictionary<string, long>? Counts { get; init; }

    /// <summary>The same counters of its zones, those with the most answers; null for a node that only follows.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>? Zones { get; init; }
}

/// <summary>All nodes.</summary>
public sealed record NodeList
{
    /// <summary>By name.</summary>
    public required IReadOnlyList<NodeDocument> Nodes { get; init; }
}
