using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>Names of the small values a store keeps beside its zones.</summary>
public static class StoredValues
{
    /// <summary>The keys that sign session tokens.</summary>
    public const string Keys = "keys";

    /// <summary>The zones that were removed on purpose.</summary>
    public const string Removed = "removed-zones";

    /// <summary>The SOA serial that an origin answers a zone with while the log still takes its master file in: should it end before, none is shown that is earlier.</summary>
    public static string ShownSerial(ZoneName zone) => $"soa-shown/{zone}";
}
