namespace EdgeCache.Zones.Stores;

/// <summary>Names of the small values a store keeps beside its zones.</summary>
public static class StoredValues
{
    /// <summary>The keys that sign session tokens.</summary>
    public const string Keys = "keys";
}
