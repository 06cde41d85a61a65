namespace EdgeCache.Http.Storage;

/// <summary>Bounds of the store that no configuration moves.</summary>
internal static class StoreLimits
{
    /// <summary>Smallest budget: below it nothing useful fits.</summary>
    public const long MinBudget = 1 << 20;

    /// <summary>Largest budget: a block reference has 32 bits and counts 16-byte granules.</summary>
    public const long MaxBudget = 60L << 30;

    /// <summary>Size of a slab; smaller for small budgets.</summary>
    public const int MaxSlabBytes = 4 << 20;

    /// <summary>Smallest slab.</summary>
    public const int MinSlabBytes = 64 << 10;

    /// <summary>A budget is at least this many slabs, so that the last one left unused stays below two per cent.</summary>
    public const int SlabsPerBudget = 64;

    /// <summary>Bytes of a head in store form: key, selectors, facts and header lines together.</summary>
    public const int MaxHeadBytes = 64 << 10;

    /// <summary>Selector keys of one entry.</summary>
    public const int MaxSelectors = 1024;

    /// <summary>Bytes of the largest chunk of a body.</summary>
    public const int MaxChunkBytes = 64 << 10;

    /// <summary>First chunk of a body of unknown length; each further one is twice as large.</summary>
    public const int FirstChunkBytes = 4 << 10;

    /// <summary>A body up to this size lies in one block with its head.</summary>
    public const int MaxInlineBody = 4 << 10;

    /// <summary>A fragment smaller than this is not used for a body.</summary>
    public const int MinFragmentBytes = 1 << 10;

    /// <summary>Bytes that a fill in pass-through keeps ahead of its slowest reader.</summary>
    public const int PassThroughWindow = 256 << 10;

    /// <summary>Entries that one call may evict while it looks for room.</summary>
    public const int MaxEvictionsPerCall = 4096;

    /// <summary>Steps of a walk without lock before it is repeated under the lock.</summary>
    public const int MaxWalk = 4096;
}
