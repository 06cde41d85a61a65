namespace EdgeCache.Zones.Floors;

/// <summary>
/// Floors by selector key, in pages under a directory (extendible hashing): it grows by splitting one page of 4 KB at a time and shrinks by merging two, so it never needs room for two of itself,
/// and pages that were split or merged are used again, so neither makes garbage.
/// One writer at a time (the owner locks); readers never lock and see at least every floor that was written before the generation they read was published (PLANE.md 11).
/// </summary>
internal sealed class FloorTable
{
    private static readonly FloorPage[] _empty = [new()];
    private readonly Stack<FloorPage> _spares = new();

    // The length is a power of two; a page stands at each place that agrees with its keys in their common bits.
    private volatile FloorPage[] _directory = _empty;
    private int _count;
    private long _pages;
    private long _lowest = long.MaxValue;

    /// <summary>Number of selectors with a floor.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes held by the table.</summary>
    public long Bytes => (Volatile.Read(ref _pages) * FloorPage.Bytes) + (_directory.Length * 8L);

    /// <summary>The floor of a selector, or 0. Thread-safe.</summary>
    public long Find(ulong key)
    {
        while (true)
        {
            var directory = _directory;
            ref var place = ref directory[(int)(key & (uint)(directory.Length - 1))];
            var page = Volatile.Read(ref place);
            var uses = page.Uses;

            // Still the page of this key, so it was taken for it when its uses were read; and if they are the same afterwards, while it was searched.
            if (directory == _directory && page == Volatile.Read(ref place))
            {
                var floor = page.Find(key);
                if (page.Uses == uses)
                {
                    return floor;
                }
            }
        }
    }

    /// <summary>Raises a floor; never lowers one. Writer only.</summary>
    public void Raise(ulong key, long floor)
    {
        if (_directory == _empty)
        {
            _directory = [Take(0)];
        }

        var page = PageOf(key);
        while (page.IsFull)
        {
            Split(page, key);
            page = PageOf(key);
        }

        _lowest = Math.Min(_lowest, floor);
        if (page.Put(key, floor))
        {
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>
    /// Forgets the floors at or below <paramref name="through"/> in the next <paramref name="pages"/> places from <paramref name="at"/> on; true when all are gone. The owner may let other
    /// writers in between: what was split or merged meanwhile stands further on or has been looked at. Writer only.
    /// </summary>
    public bool Forget(long through, ref int at, int pages)
    {
        if (through < _lowest)
        {
            return true;
        }

        for (var end = Math.Min(_directory.Length, at + pages); at < end; at++)
        {
            var page = _directory[at];

            // At its first place: those that follow it have further bits.
            if (at >> page.Depth == 0 && page.Count > 0)
            {
                Forget(page, at, through);
            }
        }

        if (at < _directory.Length)
        {
            return false;
        }

        _lowest = _count == 0 ? long.MaxValue : through + 1;
        Shrink();
        return true;
    }

    /// <summary>Forgets everything. Writer only.</summary>
    public void Clear()
    {
        Volatile.Write(ref _count, 0);
        _lowest = long.MaxValue;
        Shrink();
    }

    private FloorPage PageOf(ulong key) => _directory[(int)(key & (uint)(_directory.Length - 1))];

    private FloorPage Take(int depth)
    {
        if (_spares.TryPop(out var spare))
        {
            return spare.TakeFor(depth);
        }

        Volatile.Write(ref _pages, _pages + 1);
        return new FloorPage().TakeFor(depth);
    }

    // Both halves are complete before either is seen; until its place is written anew, readers find the old page, complete as well.
    private void Split(FloorPage page, ulong key)
    {
        if (1 << page.Depth == _directory.Length)
        {
            _directory = [.. _directory, .. _directory];
        }

        var (clear, set) = (Take(page.Depth + 1), Take(page.Depth + 1));
        page.SplitInto(clear, set);
        var first = (int)(key & ((1u << page.Depth) - 1));
        Place(clear, first);
        Place(set, first | (1 << page.Depth));
        _spares.Push(page);
    }

    private void Forget(FloorPage page, int first, long through)
    {
        if (page.CountAbove(through) < page.Count)
        {
            page = Replace(page, null, page.Depth, first, through);
        }

        while (page.Depth > 0)
        {
            var buddyAt = first ^ (1 << (page.Depth - 1));
            var buddy = _directory[buddyAt];
            if (buddy.Depth != page.Depth || buddy.Count + page.Count > FloorPage.Few)
            {
                return;
            }

            first = Math.Min(first, buddyAt);
            page = Replace(page, buddy, page.Depth - 1, first, through);
        }
    }

    // One page in place of one or two, without what is to be forgotten.
    private FloorPage Replace(FloorPage page, FloorPage? buddy, int depth, int first, long through)
    {
        var kept = Take(depth);
        page.KeepIn(kept, through);
        buddy?.KeepIn(kept, through);
        Place(kept, first);
        Volatile.Write(ref _count, _count - (page.Count + (buddy?.Count ?? 0) - kept.Count));
        _spares.Push(page);
        if (buddy is not null)
        {
            _spares.Push(buddy);
        }

        return kept;
    }

    private void Place(FloorPage page, int first)
    {
        for (var (i, step) = (first, 1 << page.Depth); i < _directory.Length; i += step)
        {
            Volatile.Write(ref _directory[i], page);
        }
    }

    // Halves the directory while no page needs all of its bits, and lets go of more spare pages than are in use.
    private void Shrink()
    {
        var directory = _directory;
        while (directory.Length > 1 && directory.AsSpan(0, directory.Length / 2).SequenceEqual(directory.AsSpan(directory.Length / 2)))
        {
            directory = directory[..(directory.Length / 2)];
        }

        if (_count == 0)
        {
            directory = _empty;
            _spares.Clear();
            _pages = 0;
        }

        _directory = directory;
        while (_spares.Count > Math.Max(1, _pages / 2))
        {
            _spares.Pop();
            _pages--;
        }
    }
}
