using System.Runtime.CompilerServices;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// A fixed number of floors by selector key, open addressing: first all keys, since most look-ups find none, then the floors. One writer; readers never lock.
/// A page is never rearranged: when it is
/// <see cref="IsFull"/>, two others take its place, and who still reads the old one finds all that had been written to it.
/// </summary>
internal sealed class FloorPage(int depth)
{
    /// <summary>Bytes of a page, about.</summary>
    public const int Bytes = (Places * 16) + 32;

    private const int Places = 256;
    private const int Room = Places / 4 * 3;
    private Slots _slots;

    /// <summary>How many low bits of a key all keys of this page have in common.</summary>
    public int Depth => depth;

    /// <summary>Floors in it. Writer only.</summary>
    public int Count { get; private set; }

    /// <summary>True when another key needs a split first. Writer only.</summary>
    public bool IsFull => Count >= Room;

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
    public (FloorPage Clear, FloorPage Set) Split()
    {
        var clear = new FloorPage(depth + 1);
        var set = new FloorPage(depth + 1);
        foreach (var (key, floor) in All())
        {
            _ = ((key >> depth) & 1) == 0 ? clear.Put(key, floor) : set.Put(key, floor);
        }

        return (clear, set);
    }

    /// <summary>Its floors. Writer only.</summary>
    public IEnumerable<(ulong Key, long Floor)> All()
    {
        for (var i = 0; i < Places; i++)
        {
            if (_slots[i] != 0)
            {
                yield return (_slots[i], (long)_slots[i + Places]);
            }
        }
    }

    // The low bits choose the page.
    private static int Start(ulong key) => (int)((key >> 40) & (Places - 1));

    private static int Next(int place) => (place + 1) & (Places - 1);

    [InlineArray(Places * 2)]
    private struct Slots
    {
        private ulong _first;
    }
}
