namespace EdgeCache.Client.Model;

/// <summary>One selector of a purge: exactly one of the kinds is set. <see cref="Type"/> goes with <see cref="Name"/>.</summary>
public sealed record SelectorDocument
{
    /// <summary>A URL, with or without scheme; without a query it covers all queries.</summary>
    public string? Url { get; init; }

    /// <summary>A tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The beginning of <c>/path</c> or <c>host/path</c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>A host.</summary>
    public string? Host { get; init; }

    /// <summary>A record name, relative to the apex.</summary>
    public string? Name { get; init; }

    /// <summary>A record name with everything below it, relative to the apex; <c>@</c> is the whole zone's DNS.</summary>
    public string? Subtree { get; init; }

    /// <summary>A record type; without it all types of the name.</summary>
    public string? Type { get; init; }

    /// <summary>Everything in the zone.</summary>
    public bool? All { get; init; }
}

/// <summary>A purge.</summary>
public sealed record PurgeDocument
{
    /// <summary>The zone; null means every zone the caller may purge.</summary>
    public string? Zone { get; init; }

    /// <summary>What it covers.</summary>
    public IReadOnlyList<SelectorDocument>? Select { get; init; }

    /// <summary><c>soft</c> (default) or <c>hard</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Milliseconds, at most 60,000: entries filled within this time after the purge are validated once when it ends, for applications that read from a replica which lags.</summary>
    public int? Settle { get; init; }

    /// <summary>Soft only: stale-while-revalidate may answer meanwhile.</summary>
    public bool? Revalidate { get; init; }
}
