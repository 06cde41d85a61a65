namespace EdgeCache.Http.Storage.Fills;

/// <summary>The readers of a fill and those among them who wait for more. Needs the fill's lock.</summary>
internal sealed class FillReaders
{
    private static readonly List<FillReader> _none = [];
    private readonly List<FillReader> _all = new(1);
    private List<FillReader>? _waiting;

    /// <summary>Readers that follow.</summary>
    public int Count => _all.Count;

    /// <summary>Adds a reader.</summary>
    public void Add(FillReader reader)
    {
        reader.Place = _all.Count;
        _all.Add(reader);
    }

    /// <summary>Removes a reader.</summary>
    public void Remove(FillReader reader)
    {
        StopWaiting(reader);
        var last = _all[^1];
        _all[reader.Place] = last;
        last.Place = reader.Place;
        _all.RemoveAt(_all.Count - 1);
    }

    /// <summary>Queues a reader for the next bytes.</summary>
    public void Wait(FillReader reader)
    {
        _waiting ??= new(1);
        reader.WaitPlace = _waiting.Count;
        _waiting.Add(reader);
    }

    /// <summary>True when the reader was queued.</summary>
    public bool StopWaiting(FillReader reader)
    {
        if (reader.WaitPlace < 0 || _waiting is null)
        {
            return false;
        }

        var last = _waiting[^1];
        _waiting[reader.WaitPlace] = last;
        last.WaitPlace = reader.WaitPlace;
        _waiting.RemoveAt(_waiting.Count - 1);
        reader.WaitPlace = -1;
        return true;
    }

    /// <summary>All who wait; they wait no longer.</summary>
    public List<FillReader> TakeWaiting()
    {
        if (_waiting is not { Count: > 0 } taken)
        {
            return _none;
        }

        _waiting = null;
        foreach (var reader in taken)
        {
            reader.WaitPlace = -1;
        }

        return taken;
    }

    /// <summary>Position of the slowest.</summary>
    public long SlowestPosition()
    {
        var slowest = long.MaxValue;
        foreach (var reader in _all)
        {
            slowest = Math.Min(slowest, reader.Position);
        }

        return slowest;
    }

    /// <summary>Index of the first chunk that someone still needs.</summary>
    public long SlowestIndex()
    {
        var slowest = long.MaxValue;
        foreach (var reader in _all)
        {
            slowest = Math.Min(slowest, reader.Index);
        }

        return slowest;
    }

    /// <summary>Those who hold the end of the window, provided that others are ahead.</summary>
    public List<FillReader> FindSlowest(long written)
    {
        var slowest = SlowestPosition();
        var limit = slowest + (StoreLimits.PassThroughWindow / 2);
        return written - slowest < StoreLimits.PassThroughWindow || !_all.Exists(r => r.Position > limit) ? [] : _all.FindAll(r => r.Position <= limit);
    }
}
