namespace EdgeCache.Http.Fetching;

/// <summary>Counts since the start. Thread-safe.</summary>
internal sealed class EdgeTally
{
    private long _hits;
    private long _fills;
    private long _collapsed;
    private long _passes;
    private long _stale;
    private long _upstreamFailures;
    private long _refused;
    private long _unstatedTier;
    private long _tierFallbacks;

    /// <summary>Answers from the store.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Requests to the upstream that may be stored.</summary>
    public long Fills => Volatile.Read(ref _fills);

    /// <summary>Requests that joined another's fill.</summary>
    public long Collapsed => Volatile.Read(ref _collapsed);

    /// <summary>Requests passed through.</summary>
    public long Passes => Volatile.Read(ref _passes);

    /// <summary>Stale answers.</summary>
    public long Stale => Volatile.Read(ref _stale);

    /// <summary>Upstream failures.</summary>
    public long UpstreamFailures => Volatile.Read(ref _upstreamFailures);

    /// <summary>Requests refused for what they are.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Answers of an upstream tier that stated no position (PLANE.md 8).</summary>
    public long UnstatedTier => Volatile.Read(ref _unstatedTier);

    /// <summary>Requests that went past a tier that could not be reached.</summary>
    public long TierFallbacks => Volatile.Read(ref _tierFallbacks);

    /// <summary>Counts a hit.</summary>
    public void CountHit() => Interlocked.Increment(ref _hits);

    /// <summary>Counts a fill.</summary>
    public void CountFill() => Interlocked.Increment(ref _fills);

    /// <summary>Counts a join.</summary>
    public void CountCollapsed() => Interlocked.Increment(ref _collapsed);

    /// <summary>Counts a pass.</summary>
    public void CountPass() => Interlocked.Increment(ref _passes);

    /// <summary>Counts a stale answer.</summary>
    public void CountStale() => Interlocked.Increment(ref _stale);

    /// <summary>Counts an upstream failure.</summary>
    public void CountUpstreamFailure() => Interlocked.Increment(ref _upstreamFailures);

    /// <summary>Counts a refusal.</summary>
    public void CountRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Counts an unstated position.</summary>
    public void CountUnstatedTier() => Interlocked.Increment(ref _unstatedTier);

    /// <summary>Counts a request past the tier.</summary>
    public void CountTierFallback() => Interlocked.Increment(ref _tierFallbacks);
}
