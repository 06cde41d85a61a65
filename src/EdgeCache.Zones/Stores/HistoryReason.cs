namespace EdgeCache.Zones.Stores;

/// <summary>The words that say in a history why a version did not stand, or how it came about.</summary>
public static class HistoryReason
{
    /// <summary>Lost: the state already there is later by clock, then origin.</summary>
    public const string Older = "older";

    /// <summary>Won: it came from another region and is later than the state that stood here.</summary>
    public const string Later = "later";

    /// <summary>Brought nothing new; such a write is in the log and not in the history.</summary>
    public const string Known = "known";

    /// <summary>A merge of concurrent states.</summary>
    public const string Merged = "merged";

    /// <summary>An old value published again.</summary>
    public const string Reverted = "reverted";

    /// <summary>Kept beside concurrent values.</summary>
    public const string Sibling = "sibling";

    /// <summary>Written with knowledge of concurrent values, which it replaced.</summary>
    public const string Resolved = "resolved";

    /// <summary>Deleted, and the older values taken out of the history.</summary>
    public const string Erased = "erased";

    /// <summary>Longest reason, bytes.</summary>
    public const int MaxLength = 64;
}
