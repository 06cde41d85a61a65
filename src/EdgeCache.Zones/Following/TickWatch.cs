namespace EdgeCache.Zones.Following;

/// <summary>
/// Knows whether the process may have slept (PLANE.md 19). A tick that comes late moves <see cref="WokeAt"/>: from then on only knowledge from a poll sent after it counts.
/// Within the limit after the last tick a reader need not ask further. Thread-safe: one ticker, many readers.
/// </summary>
internal sealed class TickWatch
{
    private readonly long _limit;
    private long _tick;
    private long _wokeAt = long.MinValue;

    public TickWatch(TimeProvider time, TimeSpan limit)
    {
        _limit = (long)(limit.TotalSeconds * time.TimestampFrequency);
        _tick = time.GetTimestamp();
    }

    /// <summary>When the process was last found to have slept; far in the past when never.</summary>
    public long WokeAt => Volatile.Read(ref _wokeAt);

    /// <summary>True when the last tick is too old.</summary>
    public bool IsOverdue(long timestamp) => timestamp - Volatile.Read(ref _tick) > _limit;

    /// <summary>The first tick: what was before it was not sleep.</summary>
    public void Start(long timestamp) => Volatile.Write(ref _tick, timestamp);

    /// <summary>The ticker lives; false when it was late.</summary>
    public bool Tick(long timestamp)
    {
        var late = IsOverdue(timestamp);
        if (late)
        {
            // Before the tick: whoever sees the new tick sees this too.
            Volatile.Write(ref _wokeAt, timestamp);
        }

        Volatile.Write(ref _tick, timestamp);
        return !late;
    }
}
