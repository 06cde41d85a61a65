using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Storage;

/// <summary>
/// One 64-bit word: the slot's version (16 bits), what a soft purge left behind (2 bits) and the generation at which the entry was last checked (46 bits).
/// They share a word so that one compare-and-swap moves the mark of this very entry and of no later one in the slot (PLANE.md 11).
/// </summary>
internal readonly record struct EntryMark(ulong Word)
{
    private const int GenerationBits = 46;
    private const ulong GenerationMask = (1UL << GenerationBits) - 1;

    /// <summary>Makes a mark.</summary>
    public EntryMark(uint version, FloorVerdict verdict, long generation)
        : this(((ulong)(version & 0xFFFF) << 48) | ((ulong)verdict << GenerationBits) | ((ulong)generation & GenerationMask))
    {
    }

    /// <summary>Generation of the last check.</summary>
    public long Generation => (long)(Word & GenerationMask);

    /// <summary>None, or soft: a soft floor that is forgotten since covered it.</summary>
    public FloorVerdict Verdict => (FloorVerdict)((Word >> GenerationBits) & 3);

    /// <summary>The same slot at another generation.</summary>
    public EntryMark At(long generation, FloorVerdict verdict) => new((uint)(Word >> 48), verdict, generation);
}
