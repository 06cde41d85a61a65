namespace EdgeCache.Http.Storage.Eviction;

/// <summary>
/// Entries by the second in which they die, so that the dead go before anything alive. A hashed wheel: a slot is visited once a turn and entries of a later turn
/// stay in it. Needs the store's lock.
/// </summary>
internal sealed unsafe class ExpiryWheel
{
    private const int Slots = 4096;
    private const int TickMilliseconds = 1000;
    private readonly EntryTable _entries;
    private readonly uint[] _heads = new uint[Slots];
    private readonly long _origin;
    private uint _hand = 1;
    private uint _cursor;

    /// <summary>Makes a wheel whose first tick is at <paramref name="now"/> (milliseconds).</summary>
    public ExpiryWheel(EntryTable entries, long now)
    {
        _entries = entries;
        _origin = now - TickMilliseconds;
    }

    /// <summary>Bytes held.</summary>
    public static long Bytes => Slots * sizeof(uint);

    /// <summary>The tick by which something that dies at <paramref name="deadAt"/> is dead; 0 means never.</summary>
    public uint TickOf(long deadAt)
    {
        if (deadAt == long.MaxValue || deadAt == 0)
        {
            return 0;
        }

        var ticks = (Math.Max(deadAt, _origin) - _origin + TickMilliseconds - 1) / TickMilliseconds;
        return ticks >= uint.MaxValue ? 0 : (uint)Math.Max(1, ticks);
    }

    /// <summary>Adds a record with a tick.</summary>
    public void Add(uint id)
    {
        var record = _entries[id];
        if (record->DeadTick == 0)
        {
            return;
        }

        // What is due already goes to the slot that is visited next.
        var slot = Math.Max(record->DeadTick, _hand) % Slots;
        var head = _heads[slot];
        record->WheelNext = head;
        record->WheelPrevious = 0;
        if (head != 0)
        {
            _entries[head]->WheelPrevious = id;
        }

        _heads[slot] = id;
        record->DeadTick = Math.Max(record->DeadTick, _hand);
    }

    /// <summary>Takes a record out.</summary>
    public void Remove(uint id)
    {
        var record = _entries[id];
        if (record->DeadTick == 0)
        {
            return;
        }

        if (_cursor == id)
        {
            _cursor = record->WheelNext;
        }

        if (record->WheelNext != 0)
        {
            _entries[record->WheelNext]->WheelPrevious = record->WheelPrevious;
        }

        if (record->WheelPrevious != 0)
        {
            _entries[record->WheelPrevious]->WheelNext = record->WheelNext;
        }
        else
        {
            _heads[record->DeadTick % Slots] = record->WheelNext;
        }

        record->DeadTick = 0;
    }

    /// <summary>The next record that is dead at <paramref name="now"/>, looking at no more than <paramref name="visits"/> records; 0 when there is none so far.</summary>
    public uint NextDead(long now, ref int visits)
    {
        var current = (uint)Math.Clamp((now - _origin) / TickMilliseconds, 0, uint.MaxValue);
        while (_hand <= current && visits > 0)
        {
            var id = _cursor != 0 ? _cursor : _heads[_hand % Slots];
            while (id != 0 && visits-- > 0)
            {
                var next = _entries[id]->WheelNext;
                if (_entries[id]->DeadTick <= current)
                {
                    _cursor = next;
                    return id;
                }

                id = next;
            }

            _cursor = id;
            if (id == 0)
            {
                _hand++;
                visits--;
            }
        }

        return 0;
    }
}
