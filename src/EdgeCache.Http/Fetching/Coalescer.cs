namespace EdgeCache.Http.Fetching;

/// <summary>A place with a fill: as its leader, as one who waits, or (<see cref="Fill"/> null) the end of another fill to wait for.</summary>
internal readonly record struct Place(Fill? Fill, bool Leads, Task Blocked);

/// <summary>Fills under way by run; at most two for each: the current one, and one for those whom floors keep from joining it (PLANE.md 9). Thread-safe.</summary>
internal sealed class Coalescer
{
    private const int MaxFillsPerRun = 2;
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, List<Fill>> _runs = [];

    /// <summary>Runs under way.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>Joins a fill that fits, or begins one.</summary>
    public Place Join(EdgeRequest request, UInt128 run, long now)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(run, out var fills))
            {
                _runs[run] = fills = new(1);
            }

            foreach (var fill in fills)
            {
                if (fill.Fits(request))
                {
                    fill.Members++;
                    return new(fill, false, Task.CompletedTask);
                }
            }

            if (fills.Count >= MaxFillsPerRun)
            {
                return new(null, false, Task.WhenAny(fills.Select(f => f.Ended)));
            }

            var led = new Fill(request, run, now);
            fills.Add(led);
            return new(led, true, Task.CompletedTask);
        }
    }

    /// <summary>Begins a fill only if none is under way: validating behind a client's back.</summary>
    public Fill? TryLead(EdgeRequest request, UInt128 run, long now)
    {
        lock (_gate)
        {
            if (_runs.ContainsKey(run))
            {
                return null;
            }

            var led = new Fill(request, run, now);
            _runs[run] = [led];
            return led;
        }
    }

    /// <summary>A member needs the fill no more.</summary>
    public void Leave(Fill fill)
    {
        lock (_gate)
        {
            if (--fill.Members > 0)
            {
                return;
            }

            fill.IsClosed |= !fill.Head.IsCompleted;
        }

        fill.Abandon();
    }

    /// <summary>The member that leads needs the fill no more; counts once, however often it is said.</summary>
    public void LeaveAsLeader(Fill fill)
    {
        if (fill.TryUnseatLeader())
        {
            Leave(fill);
        }
    }

    /// <summary>Makes the head known; what it holds is let go at once if nobody is left to take it.</summary>
    public void Announce(Fill fill, FillHead head)
    {
        bool empty;
        lock (_gate)
        {
            fill.Announce(head);
            empty = fill.Members == 0;
        }

        if (empty)
        {
            fill.Abandon();
        }
    }

    /// <summary>Nobody may join any more: the answer is private, failed, or stored by now.</summary>
    public void Close(Fill fill)
    {
        lock (_gate)
        {
            fill.IsClosed = true;
            if (_runs.TryGetValue(fill.Run, out var fills) && fills.Remove(fill) && fills.Count == 0)
            {
                _runs.Remove(fill.Run);
            }
        }

        fill.End();
    }
}
