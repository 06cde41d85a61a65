namespace EdgeCache.Http.Storage;

/// <summary>Figures of the store, read together. Counts are since the start.</summary>
internal readonly record struct StoreCounters
{
    /// <summary>Entries that a look-up can find, pass marks included.</summary>
    public required long Entries { get; init; }

    /// <summary>Bytes reserved from the system: what the budget bounds.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of blocks in use by entries and fills.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Bytes of bodies and heads in flight.</summary>
    public required long InFlightBytes { get; init; }

    /// <summary>The configured budget.</summary>
    public required long BudgetBytes { get; init; }

    /// <summary>Entries stored.</summary>
    public required long Stored { get; init; }

    /// <summary>Entries evicted for room.</summary>
    public required long Evictions { get; init; }

    /// <summary>Entries collected because they were dead.</summary>
    public required long Expired { get; init; }

    /// <summary>Responses not stored for want of room or for their size.</summary>
    public required long Refused { get; init; }

    /// <summary>Entries freed by hard purges.</summary>
    public required long PurgedEntries { get; init; }

    /// <summary>Bytes freed by hard purges.</summary>
    public required long PurgedBytes { get; init; }

    /// <summary>Variants dropped over the limit of their key.</summary>
    public required long VariantsDropped { get; init; }

    /// <summary>Decoded heads made.</summary>
    public required long HeadsDecoded { get; init; }
}
