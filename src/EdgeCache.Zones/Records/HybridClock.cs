namespace EdgeCache.Zones.Records;

/// <summary>
/// The hybrid logical clock of one origin (PLANE.md 27). A stamp is later than every stamp merged before it; without a merge there is no claim about
/// causality between origins. A clock further ahead than <see cref="MaxSkew"/> is refused, so that one wrong clock cannot win for ever. Thread-safe.
/// </summary>
public sealed class HybridClock
{
    /// <summary>How far ahead of this origin's wall clock a merged stamp may be.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private HybridTimestamp _last;
    private long _refused;

    /// <summary>Makes a clock over a wall clock.</summary>
    public HybridClock(TimeProvider time) => _time = time;

    /// <summary>Stamps refused because they were too far ahead.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Merges a stamp seen elsewhere; false when it is beyond <see cref="MaxSkew"/>, and then nothing is merged.</summary>
    public bool TryMerge(HybridTimestamp seen)
    {
        lock (_lock)
        {
            if (seen.Milliseconds - _time.GetUtcNow().ToUnixTimeMilliseconds() > (long)MaxSkew.TotalMilliseconds)
            {
                _refused++;
                return false;
            }

            _last = seen > _last ? seen : _last;
            return true;
        }
    }

    /// <summary>
    /// A stamp for a write made knowing <paramref name="known"/>, a state of our own store, which may come from a faster clock: always later than it (PLANE.md 27). A
    /// state beyond <see cref="MaxSkew"/> moves only this stamp and not the clock.
    /// </summary>
    public HybridTimestamp NextAfter(HybridTimestamp known)
    {
        lock (_lock)
        {
            TryMerge(known);
            var next = Next();
            return next > known ? next : known.Next();
        }
    }

    /// <summary>A stamp later than every one before it, and not before the wall clock.</summary>
    public HybridTimestamp Next()
    {
        lock (_lock)
        {
            var wall = HybridTimestamp.From(_time.GetUtcNow().ToUnixTimeMilliseconds(), 0);

            _last = wall > _last ? wall : _last.Next();
            return _last;
        }
    }
}
