namespace EdgeCache.Http;

/// <summary>Counts of one edge since its start, and what its store holds now.</summary>
public readonly record struct EdgeCounters(
    long Hits, long Fills, long Collapsed, long Passes, long Stale, long UpstreamFailures, long Refused, long Entries, long Bytes, long TierFallbacks = 0);
