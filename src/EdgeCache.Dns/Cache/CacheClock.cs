namespace EdgeCache.Dns.Cache;

/// <summary>Milliseconds since the cache was made, never going back. Thread-safe.</summary>
internal sealed class CacheClock
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _unitsPerMillisecond;

    public CacheClock(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _unitsPerMillisecond = Math.Max(1, time.TimestampFrequency / 1_000);
    }

    public long Now => (_time.GetTimestamp() - _start) / _unitsPerMillisecond;
}
