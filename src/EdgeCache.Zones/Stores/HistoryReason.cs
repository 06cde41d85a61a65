namespace EdgeCache.Zones.Stores;

/// <summary>The words that say in a history why a version did not stand, or how it came about.</summary>
public static class HistoryReason
{
    /// <summary>Lost: the state already there is later by clock, then origin.</summary>
    public const string Older = "older";

    /// <summary>A merge of concurrent states.</summary>
    public const string Merged = "merged";

    /// <summary>An old value published again.</summary>
    public const string Reverted = "reverted";

    /// <summary>Kept beside concurrent values.</summary>
    public const string Sibling = "sibling";

    /// <summary>Longest reason, bytes.</summary>
    public const int MaxLength = 64;
}
