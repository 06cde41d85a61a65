using System.Numerics;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>
/// Which size class a block belongs to, and which classes have free blocks: classes are linear up to 16 granules and then 16 to each power of two,
/// so that a block of the next class is at most a sixteenth too large.
/// </summary>
internal sealed class FreeLists
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;
    private const int Classes = 20 * Sub;
    private readonly uint[] _heads = new uint[Classes];
    private readonly ulong[] _bits = new ulong[Classes / 64];

    /// <summary>The class that holds blocks of this size.</summary>
    public static int ClassOf(uint granules)
    {
        if (granules < Sub)
        {
            return (int)granules;
        }

        var log = BitOperations.Log2(granules);
        return ((log - SubBits + 1) * Sub) + (int)((granules >> (log - SubBits)) & (Sub - 1));
    }

    /// <summary>First block of a class; 0 when it is empty.</summary>
    public uint Head(int sizeClass) => _heads[sizeClass];

    /// <summary>Sets the first block of a class.</summary>
    public void SetHead(int sizeClass, uint block)
    {
        _heads[sizeClass] = block;
        var bit = 1UL << (sizeClass & 63);
        _bits[sizeClass >> 6] = block == 0 ? _bits[sizeClass >> 6] & ~bit : _bits[sizeClass >> 6] | bit;
    }

    /// <summary>The first class from <paramref name="from"/> on with a free block; -1 when there is none.</summary>
    public int FirstFrom(int from)
    {
        if (from >= Classes)
        {
            return -1;
        }

        var word = _bits[from >> 6] & (ulong.MaxValue << (from & 63));
        for (var i = from >> 6; ; word = _bits[i])
        {
            if (word != 0)
            {
                return (i << 6) + BitOperations.TrailingZeroCount(word);
            }

            if (++i == _bits.Length)
            {
                return -1;
            }
        }
    }

    /// <summary>The largest class with a free block; -1 when there is none.</summary>
    public int Last()
    {
        for (var i = _bits.Length - 1; i >= 0; i--)
        {
            if (_bits[i] != 0)
            {
                return (i << 6) + BitOperations.Log2(_bits[i]);
            }
        }

        return -1;
    }
}
