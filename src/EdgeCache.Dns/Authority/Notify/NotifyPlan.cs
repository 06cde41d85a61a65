namespace EdgeCache.Dns.Authority.Notify;

/// <summary>
/// When one secondary is told of one zone, RFC 1996: once for whatever happened within a second, again without an answer, and then no more until the next
/// change. Pure; times are timestamps of a <see cref="TimeProvider"/>. Used by one thread.
/// </summary>
internal sealed class NotifyPlan
{
    private readonly long _second;
    private uint? _told;
    private int _tries;
    private long _nextChange = long.MinValue;
    private long _nextTry;

    public NotifyPlan(long ticksPerSecond) => _second = ticksPerSecond;

    /// <summary>The id of the message that waits for its answer; null when none does.</summary>
    public ushort? Waiting { get; private set; }

    /// <summary>Whether to send now, for a zone at this serial.</summary>
    public bool IsDue(uint serial, long now) =>
        _told != serial ? now >= _nextChange : Waiting is not null && _tries < AuthorityLimits.NotifyTries && now >= _nextTry;

    public void Sent(uint serial, ushort id, long now)
    {
        _tries = _told == serial ? _tries + 1 : 1;
        _told = serial;
        Waiting = id;

        _nextChange = now + _second;
        _nextTry = now + (_second << (_tries - 1));
    }

    /// <summary>An answer came; whatever its code, the secondary knows (RFC 1996 §3.8). False: it belongs to no message that waits.</summary>
    public bool Answered(ushort id)
    {
        if (Waiting != id)
        {
            return false;
        }

        Waiting = null;
        return true;
    }
}
