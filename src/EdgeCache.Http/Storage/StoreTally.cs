namespace EdgeCache.Http.Storage;

/// <summary>Counts since the start; written under the store's lock.</summary>
internal sealed class StoreTally
{
    public long Stored { get; set; }

    public long Evictions { get; set; }

    public long Expired { get; set; }

    public long Refused { get; set; }

    public long PurgedEntries { get; set; }

    public long PurgedBytes { get; set; }

    public long VariantsDropped { get; set; }

    /// <summary>All figures of a store.</summary>
    public StoreCounters ToCounters(StoreCore core) => new()
    {
        Entries = core.LiveEntries,
        Bytes = core.Budget.Charged,
        UsedBytes = core.Arena.UsedBytes,
        InFlightBytes = core.InFlightBytes,
        BudgetBytes = core.Budget.Limit,
        Stored = Stored,
        Evictions = Evictions,
        Expired = Expired,
        Refused = Refused,
        PurgedEntries = PurgedEntries,
        PurgedBytes = PurgedBytes,
        VariantsDropped = VariantsDropped,
        HeadsDecoded = core.Heads.Decoded,
    };
}
