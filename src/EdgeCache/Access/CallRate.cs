namespace EdgeCache.Access;

/// <summary>
/// A bucket of calls for each caller: <paramref name="perSecond"/> come back each second, twice as many at once. 0: no limit. Callers are names of tokens, so there are few. Thread-safe.
/// </summary>
internal sealed class CallRate(int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Left, long At)> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes a call; false, and the seconds until there is one again.</summary>
    public bool TryTake(string caller, out int retryAfter)
    {
        retryAfter = 0;
        if (perSecond == 0)
        {
            return true;
        }

        lock (_lock)
        {
            var now = time.GetTimestamp();
            var (left, at) = _buckets.GetValueOrDefault(caller, (perSecond * 2.0, now));
            left = Math.Min(perSecond * 2.0, left + (time.GetElapsedTime(at, now).TotalSeconds * perSecond));
            var isTaken = left >= 1;
            _buckets[caller] = (isTaken ? left - 1 : left, now);
            retryAfter = isTaken ? 0 : Math.Max(1, (int)Math.Ceiling((1 - left) / perSecond));
            return isTaken;
        }
    }
}
