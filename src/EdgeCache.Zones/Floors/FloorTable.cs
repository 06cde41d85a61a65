namespace EdgeCache.Zones.Floors;

/// <summary>
/// Floors by selector key, in pages under a directory (extendible hashing): it grows by splitting one page of 4 KB at a time, so a table never needs room for two of itself.
/// One writer at a time (the owner locks); readers never lock and see at least every floor that was written before the generation they read was published (PLANE.md 11).
/// </summary>
internal sealed class FloorTable
{
    private static readonly FloorPage[] _empty = [new(0)];

    // The length is a power of two; a page stands at each place that agrees with its keys in their common bits.
    private volatile FloorPage[] _directory = _empty;
    private int _count;
    private long _pages;

    /// <summary>Number of selectors with a floor.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes held by the table.</summary>
    public long Bytes => (Volatile.Read(ref _pages) * FloorPage.Bytes) + (_directory.Length * 8L);

    /// <summary>The floor of a selector, or 0. Thread-safe.</summary>
    public long Find(ulong key)
    {
        var directory = _directory;
        return Volatile.Read(ref directory[(int)(key & (uint)(directory.Length - 1))]).Find(key);
    }

    /// <summary>Raises a floor; never lowers one. Writer only.</summary>
    public void Raise(ulong key, long floor)
    {
        if (_directory == _empty)
        {
            _pages = 1;
            _directory = [new(0)];
        }

        var page = PageOf(key);
        while (page.IsFull)
        {
            Split(page, key);
            page = PageOf(key);
        }

        if (page.Put(key, floor))
        {
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Forgets every floor at or below <paramref name="through"/>. Writer only.</summary>
    public void Forget(long through)
    {
        var kept = new FloorTable();
        foreach (var (key, floor) in All())
        {
            if (floor > through)
            {
                kept.Raise(key, floor);
            }
        }

        if (kept._count < _count)
        {
            Volatile.Write(ref _count, kept._count);
            Volatile.Write(ref _pages, kept._pages);
            _directory = kept._directory;
        }
    }

    private FloorPage PageOf(ulong key) => _directory[(int)(key & (uint)(_directory.Length - 1))];

    // Both halves are complete before either is seen; until its place is written anew, readers find the old page, complete as well.
    private void Split(FloorPage page, ulong key)
    {
        var directory = _directory;
        if (1 << page.Depth == directory.Length)
        {
            _directory = directory = [.. directory, .. directory];
        }

        var (clear, set) = page.Split();
        var step = 1 << page.Depth;
        for (var i = (int)(key & (uint)(step - 1)); i < directory.Length; i += step)
        {
            Volatile.Write(ref directory[i], (i & step) == 0 ? clear : set);
        }

        _pages++;
    }

    private IEnumerable<(ulong Key, long Floor)> All()
    {
        for (var i = 0; i < _directory.Length; i++)
        {
            // At its first place: those that follow it have further bits.
            if (i >> _directory[i].Depth == 0)
            {
                foreach (var floor in _directory[i].All())
                {
                    yield return floor;
                }
            }
        }
    }
}
