namespace EdgeCache.Http.Fetching;

/// <summary>Counts of the pages of one zone since the start. Thread-safe.</summary>
internal sealed class ZoneTally
{
    private long _hits;
    private long _fills;
    private long _collapsed;
    private long _passes;
    private long _stale;

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
}
