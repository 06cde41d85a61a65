namespace EdgeCache.Http.Revalidation;

/// <summary>
/// How fast pages that are possibly old may be fetched again (PLANE.md 6): a bucket of permits that fills at the node's share of what all edges together may cost the application, and a rest that
/// doubles while the application fails. What a reader who may not have such a page fetches is paid for too, though never held up: then the background waits. Times are monotone milliseconds. Thread-safe.
/// </summary>
internal sealed class ValidationPace
{
    /// <summary>Longest rest after failures.</summary>
    public const long LongestRest = 30_000;

    /// <summary>
    /// How much of the limit is aimed at. Each node keeps its share over time, but in which second a fetch comes is chance: of a thousand nodes at 200 a second, 160 ± 11 come in one, so that 200 is more
    /// than three deviations off.
    /// </summary>
    private const double Aim = 0.8;

    private const long FirstRest = 1_000;
    private const double BurstSeconds = 0.1;
    private readonly Lock _gate = new();
    private double _permits;
    private long _filledAt;
    private long _openedFor = long.MinValue;
    private long _restsUntil;
    private long _rest;

    /// <summary>
    /// A doubt begins that rose at <paramref name="raisedAt"/>: what permits idle time has left are not for it, or a thousand edges would begin with one each at the same moment. <paramref name="first"/>,
    /// of [0, 1), is what there is of the first permit: chance. Of an earlier doubt it changes nothing.
    /// </summary>
    public void Open(long raisedAt, double first, double perSecond, long now)
    {
        lock (_gate)
        {
            if (raisedAt <= _openedFor)
            {
                return;
            }

            _openedFor = raisedAt;
            Fill(perSecond, now);
            _permits = Math.Min(_permits, first);
        }
    }

    /// <summary>Fetches a second of one of <paramref name="nodes"/> that share <paramref name="limit"/>.</summary>
    public static double ShareOf(int limit, int nodes) => Aim * limit / Math.Max(1, nodes);

    /// <summary>Milliseconds until a fetch may begin; 0: now, and then the one who asks pays for it with <see cref="Spend"/>.</summary>
    public long Wait(double perSecond, long now)
    {
        lock (_gate)
        {
            Fill(perSecond, now);
            var missing = _permits >= 1 ? 0 : (long)Math.Ceiling((1 - _permits) * 1000 / perSecond);
            return Math.Max(missing, Math.Max(0, _restsUntil - now));
        }
    }

    /// <summary>A fetch begins. A debt is at most a second's worth.</summary>
    public void Spend(double perSecond, long now)
    {
        lock (_gate)
        {
            Fill(perSecond, now);
            _permits = Math.Max(_permits - 1, -Math.Max(1, perSecond));
        }
    }

    /// <summary>A fetch is over. Several that fail together count as one.</summary>
    public void Ended(bool isFailure, long now)
    {
        lock (_gate)
        {
            if (!isFailure)
            {
                _rest = 0;
            }
            else if (now >= _restsUntil)
            {
                _rest = _rest == 0 ? FirstRest : Math.Min(_rest * 2, LongestRest);
                _restsUntil = now + _rest;
            }
        }
    }

    private void Fill(double perSecond, long now)
    {
        _permits = Math.Min(_permits + ((now - _filledAt) * perSecond / 1000), Math.Max(1, perSecond * BurstSeconds));
        _filledAt = now;
    }
}
