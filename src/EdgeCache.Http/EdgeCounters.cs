namespace EdgeCache.Http;

/// <summary>Counts of one edge since its start, and what its store holds now.</summary>
public readonly record struct EdgeCounters
{
    /// <summary>Answers from the store.</summary>
    public required long Hits { get; init; }

    /// <summary>Requests to the upstream that may be stored.</summary>
    public required long Fills { get; init; }

    /// <summary>Requests that joined another's fill.</summary>
    public required long Collapsed { get; init; }

    /// <summary>Requests passed through.</summary>
    public required long Passes { get; init; }

    /// <summary>Stale answers.</summary>
    public required long Stale { get; init; }

    /// <summary>Upstream failures.</summary>
    public required long UpstreamFailures { get; init; }

    /// <summary>Requests refused for what they are.</summary>
    public required long Refused { get; init; }

    /// <summary>Requests that went past a tier that could not be reached.</summary>
    public required long TierFallbacks { get; init; }

    /// <summary>Answers of the tier that stated no position.</summary>
    public required long UnstatedTier { get; init; }

    /// <summary>Clients that were too slow to ask or to take their answer.</summary>
    public required long Timeouts { get; init; }

    /// <summary>Stored responses.</summary>
    public required long Entries { get; init; }

    /// <summary>Bytes of stored responses and of fills.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes reserved for them, which are returned in larger pieces.</summary>
    public required long ReservedBytes { get; init; }

    /// <summary>Stored responses freed by hard purges.</summary>
    public required long PurgedEntries { get; init; }

    /// <summary>Bytes freed by hard purges.</summary>
    public required long PurgedBytes { get; init; }

    /// <summary>Variants dropped over the limit of their key.</summary>
    public required long VariantsDropped { get; init; }

    /// <summary>Bytes held for HTTP/2 answers whose clients do not take them.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>HTTP/2 answers ended because too much was held.</summary>
    public required long HeldEnded { get; init; }

    /// <summary>Answers that were possibly old, since the zone had to be read anew.</summary>
    public required long PossiblyOld { get; init; }

    /// <summary>Pages that were possibly old and have been fetched or validated since.</summary>
    public required long Settled { get; init; }

    /// <summary>Times that failed.</summary>
    public required long SettlingFailed { get; init; }

    /// <summary>Pages that readers asked for and that wait for it.</summary>
    public required long Waiting { get; init; }
}
