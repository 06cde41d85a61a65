namespace EdgeCache.Dns.Resolver;

/// <summary>What is remembered of one server. Fields are single values that any thread may write: the last one counts, and nothing worse comes of a race.</summary>
internal sealed class ServerState
{
    /// <summary>Milliseconds assumed of a server nobody has asked.</summary>
    public const double UnknownRoundTrip = 60;

    private double _roundTrip = UnknownRoundTrip;
    private double _lastRoundTrip;
    private long _deadUntil;
    private int _silences;
    private int _waiting;
    private long _plainUntil = long.MinValue;
    private bool _takesEdns;
    private bool _spoilsCase;
    private volatile byte[] _cookie = [];

    /// <summary>Smoothed round-trip time, milliseconds (RFC 6298 §2's factor).</summary>
    public double RoundTrip => Volatile.Read(ref _roundTrip);

    /// <summary>What it is sent: our cookie for it, and behind that its own once it has given one (RFC 7873 §5.1). Empty before the first question.</summary>
    public byte[] Cookie
    {
        get => _cookie;
        set => _cookie = value;
    }

    /// <summary>
    /// Whether it is asked without EDNS, because it answered only that. When that has been so for a while one question goes out with it: true for all others.
    /// </summary>
    public bool AvoidsEdns(long now)
    {
        long until = Volatile.Read(ref _plainUntil);
        return until != long.MinValue
            && (now < until || Interlocked.CompareExchange(ref _plainUntil, now + ResolverLimits.PlainFor, until) != until);
    }

    /// <summary>It answered a question without EDNS, and none with it.</summary>
    public void AvoidEdns(long now) => Volatile.Write(ref _plainUntil, now + ResolverLimits.PlainFor);

    /// <summary>It answered a question with EDNS, if only by passing over it.</summary>
    public void BearEdns() => Volatile.Write(ref _plainUntil, long.MinValue);

    /// <summary>It has answered with EDNS: silence has another reason.</summary>
    public bool TakesEdns
    {
        get => Volatile.Read(ref _takesEdns);
        set => Volatile.Write(ref _takesEdns, value);
    }

    /// <summary>It does not copy the case of the question.</summary>
    public bool SpoilsCase
    {
        get => Volatile.Read(ref _spoilsCase);
        set => Volatile.Write(ref _spoilsCase, value);
    }

    public long LastUsed { get; set; }

    /// <summary>It stayed silent so often that it is asked last.</summary>
    public bool IsDead(long now) => Volatile.Read(ref _deadUntil) > now;

    /// <summary>So many questions wait for it that further ones do better elsewhere.</summary>
    public bool IsBusy(long now) =>
        Volatile.Read(ref _waiting) >= (IsDead(now) ? ResolverLimits.MaxWaitingAtDead : ResolverLimits.MaxWaitingAtServer);

    /// <summary>A question goes out to it; each ends with <see cref="EndWaiting"/>.</summary>
    public void BeginWaiting() => Interlocked.Increment(ref _waiting);

    public void EndWaiting() => Interlocked.Decrement(ref _waiting);

    /// <summary>How long it is waited for: quarters of the usual time, but half as long again as its last answer took where that is more, and not above four times the usual.</summary>
    public TimeSpan Patience(TimeSpan usual, int quarters)
    {
        var known = TimeSpan.FromMilliseconds(Volatile.Read(ref _lastRoundTrip) * 1.5);
        TimeSpan wanted = usual * quarters / 4;
        TimeSpan most = usual * 4;
        return known <= wanted ? wanted : known < most ? known : most;
    }

    public void Answered(TimeSpan took)
    {
        Volatile.Write(ref _lastRoundTrip, took.TotalMilliseconds);
        Volatile.Write(ref _roundTrip, (RoundTrip * 7 / 8) + (took.TotalMilliseconds / 8));
        Volatile.Write(ref _silences, 0);
        Volatile.Write(ref _deadUntil, 0);
    }

    public void Silent(long now)
    {
        int silences = Math.Min(Volatile.Read(ref _silences) + 1, 1_000);
        Volatile.Write(ref _silences, silences);
        Volatile.Write(ref _roundTrip, Math.Min(RoundTrip * 2, 5_000));
        int over = silences - ResolverLimits.TriesPerServer;
        if (over >= 0)
        {
            Volatile.Write(ref _deadUntil, now + Math.Min(ResolverLimits.DeadFor << Math.Min(over, 8), ResolverLimits.DeadForMost));
        }
    }

    public void Unreachable(long now) => Volatile.Write(ref _deadUntil, now + ResolverLimits.DeadFor);
}
