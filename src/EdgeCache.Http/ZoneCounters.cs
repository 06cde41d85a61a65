namespace EdgeCache.Http;

/// <summary>Counts of one zone's pages on one edge since its start.</summary>
public readonly record struct ZoneCounters(string Zone, long Hits, long Fills, long Collapsed, long Passes, long Stale);
