namespace EdgeCache.Zones.Floors;

/// <summary>
/// Floors by selector key: open addressing over two flat arrays, 16 bytes a slot. One writer at a time (the owner locks); readers never lock and
/// see at least every floor that was written before the generation they read was published (PLANE.md 11).
/// </summary>
internal sealed class FloorTable
{
    private const int InitialSlots = 64;
    private volatile Slots _slots = new(InitialSlots);
    private int _count;

    /// <summary>Number of selectors with a floor.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes held by the table.</summary>
    public long Bytes => _slots.Keys.Length * 16L;

    /// <summary>The floor of a selector, or 0. Thread-safe.</summary>
    public long Find(ulong key)
    {
        var slots = _slots;
        for (var i = slots.Start(key); ; i = (i + 1) & slots.Mask)
        {
            var found = Volatile.Read(ref slots.Keys[i]);
            if (found == key)
            {
                return Volatile.Read(ref slots.Floors[i]);
            }

            if (found == 0)
            {
                return 0;
            }
        }
    }

    /// <summary>Raises a floor; never lowers one. Writer only.</summary>
    public void Raise(ulong key, long floor)
    {
        if ((_count + 1) * 4L > _slots.Keys.Length * 3L)
        {
            Rebuild(_slots.Keys.Length * 2, long.MinValue);
        }

        if (_slots.Put(key, floor))
        {
            _count++;
        }
    }

    /// <summary>Forgets every floor at or below <paramref name="through"/>. Writer only.</summary>
    public void Forget(long through)
    {
        var slots = _slots;
        var kept = 0;
        for (var i = 0; i < slots.Keys.Length; i++)
        {
            kept += slots.Keys[i] != 0 && slots.Floors[i] > through ? 1 : 0;
        }

        var size = InitialSlots;
        while (kept * 2L > size)
        {
            size *= 2;
        }

        Rebuild(size, through);
    }

    private void Rebuild(int size, long through)
    {
        var old = _slots;
        var fresh = new Slots(size);
        var count = 0;
        for (var i = 0; i < old.Keys.Length; i++)
        {
            if (old.Keys[i] != 0 && old.Floors[i] > through)
            {
                fresh.Put(old.Keys[i], old.Floors[i]);
                count++;
            }
        }

        Volatile.Write(ref _count, count);
        _slots = fresh;
    }

    private sealed class Slots
    {
        public Slots(int size)
        {
            Keys = new ulong[size];
            Floors = new long[size];
            Mask = size - 1;
        }

        public ulong[] Keys { get; }

        public long[] Floors { get; }

        public int Mask { get; }

        public int Start(ulong key) => (int)(key & (ulong)Mask);

        /// <summary>True when the key is new. The floor is written before the key, so a reader never finds a key without its floor.</summary>
        public bool Put(ulong key, long floor)
        {
            for (var i = Start(key); ; i = (i + 1) & Mask)
            {
                if (Keys[i] == key)
                {
                    Volatile.Write(ref Floors[i], Math.Max(Floors[i], floor));
                    return false;
                }

                if (Keys[i] == 0)
                {
                    Floors[i] = floor;
                    Volatile.Write(ref Keys[i], key);
                    return true;
                }
            }
        }
    }
}
