namespace EdgeCache.Http;

/// <summary>
/// Counts of one edge since its start, and what its store holds now: <c>Bytes</c> of stored responses and of fills, and the memory reserved for them, which is returned in larger pieces.
/// </summary>
public readonly record struct EdgeCounters(
    long Hits, long Fills, long Collapsed, long Passes, long Stale, long UpstreamFailures, long Refused, long Entries, long Bytes, long TierFallbacks = 0,
    long ReservedBytes = 0, long PurgedEntries = 0, long PurgedBytes = 0,
    long Timeouts = 0, long VariantsDropped = 0, long HeldBytes = 0, long HeldEnded = 0);
