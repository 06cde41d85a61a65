using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>What ended the work for one question before an answer was found.</summary>
internal enum BudgetEnd
{
    None,
    Time,
    Queries,
    ServerNames,
}

/// <summary>The work that one client's question may cause, whatever servers say. One question at a time uses it.</summary>
internal sealed class WorkBudget
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _deadline;
    private int _queries;
    private int _serverNames;

    /// <param name="time">The clock.</param>
    /// <param name="deadline">For all of it.</param>
    /// <param name="joins">Questions that others have already sent may be shared; not where an answer must be newer than the client's question.</param>
    public WorkBudget(TimeProvider time, TimeSpan deadline, bool joins = true)
    {
        Joins = joins;
        _time = time;
        _start = time.GetTimestamp();
        _deadline = deadline;
    }

    /// <summary>Which bound was met first.</summary>
    public BudgetEnd End { get; private set; }

    public bool Joins { get; }

    public TimeSpan Left => _deadline - _time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Half of everything is left: what fails with that would have failed by itself too.</summary>
    public bool IsAmple => Left >= _deadline / 2 && _queries <= ResolverLimits.MaxUpstreamQueries / 2 && _serverNames <= ResolverLimits.MaxServerNames / 2;

    /// <summary>Takes one question to a server.</summary>
    public bool TryQuery()
    {
        if (Left == TimeSpan.Zero)
        {
            return Fail(BudgetEnd.Time);
        }

        return ++_queries <= ResolverLimits.MaxUpstreamQueries || Fail(BudgetEnd.Queries);
    }

    /// <summary>The time is over, or too little is left to wait for anything.</summary>
    public void EndTime() => Fail(BudgetEnd.Time);

    /// <summary>Takes one look-up of a server's name.</summary>
    public bool TryServerName() => ++_serverNames <= ResolverLimits.MaxServerNames || Fail(BudgetEnd.ServerNames);

    private bool Fail(BudgetEnd end)
    {
        End = End == BudgetEnd.None ? end : End;
        return false;
    }
}
