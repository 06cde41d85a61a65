namespace EdgeCache.Http.HitPath;

/// <summary>What a connection is doing while its server waits for the next request.</summary>
internal enum ConnectionPhase
{
    /// <summary>The server has the connection, and watches it itself.</summary>
    Lent,

    /// <summary>No byte of a request is there.</summary>
    Idle,

    /// <summary>A head has begun.</summary>
    Head,

    /// <summary>A client takes its answer.</summary>
    Sending,

    /// <summary>An answer is passed on as it comes from the upstream.</summary>
    Relaying,

    /// <summary>A phase lasted too long: the connection ends.</summary>
    Over,
}

/// <summary>
/// Tells by the server's own beat, about once a second, that a phase has lasted too long. The hit path only counts; no clock is read for it.
/// One thread enters phases, another beats.
/// </summary>
internal sealed class ConnectionWatch
{
    private int _phase;
    private int _moves;
    private int _movesSeen;
    private int _beats;

    /// <summary>True when a phase lasted too long.</summary>
    public bool IsOver => Volatile.Read(ref _phase) == (int)ConnectionPhase.Over;

    /// <summary>Enters a phase of the hit path, or says that something moved in it. An end that comes in the same moment may be lost; the next beats bring it again.</summary>
    public void Enter(ConnectionPhase phase)
    {
        _moves = unchecked(_moves + 1); // it only has to differ
        if (!IsOver)
        {
            Volatile.Write(ref _phase, (int)phase);
        }
    }

    /// <summary>More of a head that has begun: its time goes on, however it trickles.</summary>
    public void StayInHead()
    {
        if (Volatile.Read(ref _phase) != (int)ConnectionPhase.Head)
        {
            Enter(ConnectionPhase.Head);
        }
    }

    /// <summary>The server gets the connection; false when it is over already. From then on no beat ends it.</summary>
    public bool TryLend()
    {
        var phase = Volatile.Read(ref _phase);
        return phase != (int)ConnectionPhase.Over && Interlocked.CompareExchange(ref _phase, (int)ConnectionPhase.Lent, phase) == phase;
    }

    /// <summary>One beat; the phase that is over by it, else <see cref="ConnectionPhase.Lent"/>.</summary>
    public ConnectionPhase Beat()
    {
        var moves = Volatile.Read(ref _moves);
        var phase = Volatile.Read(ref _phase);
        _beats = moves == _movesSeen ? _beats + 1 : 0;
        _movesSeen = moves;
        return _beats > Limit((ConnectionPhase)phase) && Interlocked.CompareExchange(ref _phase, (int)ConnectionPhase.Over, phase) == phase
            ? (ConnectionPhase)phase
            : ConnectionPhase.Lent;
    }

    private static int Limit(ConnectionPhase phase) => phase switch
    {
        ConnectionPhase.Idle => HitLimits.IdleSeconds,
        ConnectionPhase.Head => HitLimits.HeadSeconds,
        ConnectionPhase.Sending => HitLimits.StalledSeconds,
        ConnectionPhase.Relaying => HitLimits.SilentSeconds,
        _ => int.MaxValue,
    };
}
