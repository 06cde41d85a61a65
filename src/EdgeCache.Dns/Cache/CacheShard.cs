namespace EdgeCache.Dns.Cache;

/// <summary>
/// A part of the cache: open addressing over one array. Writers lock; readers do not, and may at worst miss an entry that is just being moved, which costs a
/// fetch and never a wrong answer. Over its budget it frees what has not been used since the hand came by last.
/// </summary>
internal sealed class CacheShard
{
    private const int FirstSlots = 64;
    private readonly Lock _writing = new();
    private readonly long _budget;
    private CachedEntry?[] _slots = new CachedEntry?[FirstSlots];
    private int _count;
    private int _hand;
    private long _bytes;
    private long _evicted;

    public CacheShard(long budget) => _budget = budget;

    public int Count => Volatile.Read(ref _count);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Entries freed to make room.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    public CachedEntry? Find(scoped CacheKey key)
    {
        CachedEntry?[] slots = Volatile.Read(ref _slots);
        int mask = slots.Length - 1;
        for (int slot = Start(key.Hash, mask); Volatile.Read(ref slots[slot]) is { } entry; slot = (slot + 1) & mask)
        {
            if (entry.Is(key))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Puts an entry in place of the one with its key, if <paramref name="mayReplace"/> allows.</summary>
    public void Put(CachedEntry entry, Func<CachedEntry, CachedEntry, bool> mayReplace)
    {
        lock (_writing)
        {
            int slot = SlotOf(entry.Hash, entry.Name, entry.Type);
            if (_slots[slot] is { } old)
            {
                if (!mayReplace(old, entry))
                {
                    return;
                }

                _bytes -= old.Size;
            }
            else
            {
                _count++;
            }

            _bytes += entry.Size;
            Volatile.Write(ref _slots[slot], entry);
            if (_count * 4L > _slots.Length * 3L)
            {
                Grow();
            }

            while (_bytes > _budget && _count > 1)
            {
                EvictOne(entry);
            }
        }
    }

    /// <summary>Removes an entry if it is still the one in place.</summary>
    public void Remove(CachedEntry entry)
    {
        lock (_writing)
        {
            int slot = SlotOf(entry.Hash, entry.Name, entry.Type);
            if (ReferenceEquals(_slots[slot], entry))
            {
                RemoveAt(slot);
            }
        }
    }

    /// <summary>Removes all that a condition holds for; returns how many.</summary>
    public int RemoveWhere(Func<CachedEntry, bool> condition)
    {
        CachedEntry[] doomed = [.. Volatile.Read(ref _slots).Where(e => e is not null && condition(e)).Select(static e => e!)]; // filtered
        foreach (CachedEntry entry in doomed)
        {
            Remove(entry);
        }

        return doomed.Length;
    }

    private static int Start(ulong hash, int mask) => (int)((hash >> 8) & (uint)mask);

    private int SlotOf(ulong hash, ReadOnlySpan<byte> name, Wire.RecordType type)
    {
        int mask = _slots.Length - 1;
        int slot = Start(hash, mask);
        while (_slots[slot] is { } there && !(there.Hash == hash && there.Type == type && there.Name.SequenceEqual(name)))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        CachedEntry?[] old = _slots;
        var slots = new CachedEntry?[old.Length * 2];
        int mask = slots.Length - 1;
        foreach (CachedEntry? entry in old)
        {
            if (entry is null)
            {
                continue;
            }

            int slot = Start(entry.Hash, mask);
            while (slots[slot] is not null)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = entry;
        }

        Volatile.Write(ref _slots, slots);
    }

    /// <summary>The clock hand: what was used since it came by is spared once.</summary>
    private void EvictOne(CachedEntry spared)
    {
        int mask = _slots.Length - 1;
        for (int i = 0; i <= mask * 2; i++)
        {
            _hand = (_hand + 1) & mask;
            if (_slots[_hand] is { } entry && !ReferenceEquals(entry, spared) && !entry.TakeUsed())
            {
                RemoveAt(_hand);
                _evicted++;
                return;
            }
        }
    }

    /// <summary>Closes the gap that a removal leaves, so that no probe ends early.</summary>
    private void RemoveAt(int slot)
    {
        int mask = _slots.Length - 1;
        _bytes -= _slots[slot]!.Size; // The caller found it there.
        _count--;
        int gap = slot;
        for (int next = (slot + 1) & mask; _slots[next] is { } entry; next = (next + 1) & mask)
        {
            int wanted = Start(entry.Hash, mask);
            if (((next - wanted) & mask) >= ((next - gap) & mask))
            {
                Volatile.Write(ref _slots[gap], entry);
                gap = next;
            }
        }

        Volatile.Write(ref _slots[gap], null);
    }
}
