using System.Runtime.CompilerServices;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// A fixed number of floors by selector key, open addressing: first all keys, since most look-ups find none, then the floors. One writer; readers never lock.
/// While keys stand in a page none of them is moved or removed; when it <see cref="IsFull"/>, or holds what is to be forgotten, others take its place, and it may be taken again for other keys:
/// a reader that sees the same <see cref="Uses"/> before and after he looked has read what was written for his.
/// </summary>
internal sealed class FloorPage
{
    /// <summary>Bytes of a page, about.</summary>
    public const int Bytes = (Places * 16) + 40;

    /// <summary>Floors that two pages may have together to become one: half of what fills it, so that the next few rises do not part them again.</summary>
    public const int Few = Room / 2;

    private const int Places = 256;
    private const int Room = Places / 4 * 3;
    private Slots _slots;
    private int _uses;

    /// <summary>How many low bits of a key all keys of this page have in common. Writer only.</summary>
    public int Depth { get; private set; }

    /// <summary>Floors in it. Writer only.</summary>
    public int Count { get; private set; }

    /// <summary>True when another key needs a split first. Writer only.</summary>
    public bool IsFull => Count >= Room;

    /// <summary>How often it was taken for other keys (acquire).</summary>
    public int Uses => Volatile.Read(ref _uses);

    /// <summary>Empties a page that no directory leads to any more, for keys with so many bits in common. Writer only.</summary>
    public FloorPage TakeFor(int depth)
    {
        // A full fence: who reads any of what follows sees that it was taken.
        Interlocked.Increment(ref _uses);
        ((Span<ulong>)_slots)[..Places].Clear();
        (Depth, Count) = (depth, 0);
        return this;
    }

    /// <summary>The floor of a key, or 0. Thread-safe.</summary>
    public long Find(ulong key)
    {
        for (var i = Start(key); ; i = Next(i))
        {
            var found = Volatile.Read(ref _slots[i]);
            if (found == key)
            {
                return (long)Volatile.Read(ref _slots[i + Places]);
            }

            if (found == 0)
            {
                return 0;
            }
        }
    }

    /// <summary>Raises a floor, never lowers one; true when the key is new. Not for a full page. The floor is written before the key, so no reader finds a key without it.</summary>
    public bool Put(ulong key, long floor)
    {
        for (var i = Start(key); ; i = Next(i))
        {
            if (_slots[i] == key)
            {
                Volatile.Write(ref _slots[i + Places], (ulong)Math.Max((long)_slots[i + Places], floor));
                return false;
            }

            if (_slots[i] == 0)
            {
                _slots[i + Places] = (ulong)floor;
                Volatile.Write(ref _slots[i], key);
                Count++;
                return true;
            }
        }
    }

    /// <summary>Copies its floors to two pages, by the next bit of their keys. Writer only.</summary>
    public void SplitInto(FloorPage clear, FloorPage set)
    {
        for (var i = 0; i < Places; i++)
        {
            if (_slots[i] != 0)
            {
                _ = ((_slots[i] >> Depth) & 1) == 0 ? clear.Put(_slots[i], Floor(i)) : set.Put(_slots[i], Floor(i));
            }
        }
    }

    /// <summary>Copies the floors above <paramref name="through"/> to another page. Writer only.</summary>
    public void KeepIn(FloorPage other, long through)
    {
        for (var i = 0; i < Places; i++)
        {
            if (_slots[i] != 0 && Floor(i) > through)
            {
                other.Put(_slots[i], Floor(i));
            }
        }
    }

    /// <summary>How many floors lie above <paramref name="through"/>. Writer only.</summary>
    public int CountAbove(long through)
    {
        var above = 0;
        for (var i = 0; i < Places; i++)
        {
            above += _slots[i] != 0 && Floor(i) > through ? 1 : 0;
        }

        return above;
    }

    private long Floor(int place) => (long)_slots[place + Places];

    // The low bits choose the page.
    private static int Start(ulong key) => (int)((key >> 40) & (Places - 1));

    private static int Next(int place) => (place + 1) & (Places - 1);

    [InlineArray(Places * 2)]
    private struct Slots
    {
        private ulong _first;
    }
}
