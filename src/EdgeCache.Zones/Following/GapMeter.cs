namespace EdgeCache.Zones.Following;

/// <summary>
/// Counts the gaps in a zone's hints: runs of consecutive entries whose hint never came, so that the poll had to bring them. A hint that is only late or
/// out of order is no gap, so a run is counted when a poll ends that was sent a heartbeat after the one that brought it. One applier at a time.
/// </summary>
internal sealed class GapMeter
{
    /// <summary>Most serials remembered on either side; a hint further off is taken for one that did not come.</summary>
    public const int MaxRemembered = 4_096;

    private readonly HashSet<long> _early = [];
    private SortedSet<long> _fresh = [];
    private SortedSet<long> _waiting = [];
    private long _lastMissed = long.MinValue;

    /// <summary>Gaps so far.</summary>
    public long Gaps { get; private set; }

    /// <summary>A hint for <paramref name="serial"/> came, while <paramref name="applied"/> was the last applied.</summary>
    public void Hinted(long serial, long applied)
    {
        if (serial <= applied)
        {
            _ = _fresh.Remove(serial) || _waiting.Remove(serial);
        }
        else if (_early.Count < MaxRemembered)
        {
            _early.Add(serial);
        }
    }

    /// <summary>A poll brought the entry.</summary>
    public void Polled(long serial)
    {
        if (!_early.Remove(serial) && _fresh.Count < MaxRemembered)
        {
            _fresh.Add(serial);
        }
    }

    /// <summary>A heartbeat has passed: what has waited for its hint since before the last one will not get it.</summary>
    public void Settle()
    {
        foreach (var serial in _waiting)
        {
            Gaps += serial == _lastMissed + 1 ? 0 : 1;
            _lastMissed = serial;
        }

        _waiting.Clear();
        (_waiting, _fresh) = (_fresh, _waiting);
    }

    /// <summary>The zone was read anew: serials before it mean nothing now.</summary>
    public void Restart()
    {
        _early.Clear();
        _fresh.Clear();
        _waiting.Clear();
        _lastMissed = long.MinValue;
    }
}
