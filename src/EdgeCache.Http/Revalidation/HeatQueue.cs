namespace EdgeCache.Http.Revalidation;

/// <summary>Pages that readers asked for while they were possibly old, by how often: the hottest is fetched first. Bounded; a page beyond that is not lost, its next reader brings it again. Thread-safe.</summary>
internal sealed class HeatQueue
{
    /// <summary>Most pages that wait.</summary>
    public const int MaxPages = 4_096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _asked = [];

    /// <summary>Pages that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _asked.Count;
            }
        }
    }

    /// <summary>A reader was given the entry of this number.</summary>
    public void Add(ulong entry)
    {
        lock (_gate)
        {
            if (_asked.TryGetValue(entry, out var times))
            {
                _asked[entry] = times == int.MaxValue ? times : times + 1;
            }
            else if (_asked.Count < MaxPages)
            {
                _asked.Add(entry, 1);
            }
        }
    }

    /// <summary>Takes the one asked for most; false when none waits.</summary>
    public bool TryTake(out ulong entry)
    {
        lock (_gate)
        {
            var most = 0;
            entry = 0;
            foreach (var (page, times) in _asked)
            {
                if (times > most)
                {
                    (entry, most) = (page, times);
                }
            }

            return most > 0 && _asked.Remove(entry);
        }
    }

    /// <summary>Nobody needs to wait any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _asked.Clear();
        }
    }
}
