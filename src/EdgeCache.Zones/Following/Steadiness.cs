namespace EdgeCache.Zones.Following;

/// <summary>
/// Since when a node has never known less than its zones' max-lag allows: what was committed later it had applied within that time. What an authority may still have answered with while it was cut off
/// or stopped can be told by nothing else once it has caught up. Thread-safe.
/// </summary>
internal sealed class Steadiness(TimeProvider time)
{
    private long _since = time.GetTimestamp();

    /// <summary>A poll was applied; <paramref name="before"/> is the horizon until then, monotonic.</summary>
    public void Met(long before, TimeSpan maxLag)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(before, now) > maxLag)
        {
            Volatile.Write(ref _since, now);
        }
    }

    /// <summary>Unix milliseconds of the node's clock; now while <paramref name="oldest"/>, the age of its oldest horizon, is beyond <paramref name="lease"/>.</summary>
    public long UnixMilliseconds(TimeSpan oldest, TimeSpan lease)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return oldest > lease ? now : now - (long)time.GetElapsedTime(Volatile.Read(ref _since)).TotalMilliseconds;
    }
}
