using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// What rose in the last generations, as signatures of 256 bits: a subject none of whose bits rose since its mark is below no floor, and the tables need not be asked
/// (PLANE.md 12). A bit that another selector shares asks them for nothing, the reverse cannot be. One writer, readers never lock.
/// </summary>
internal sealed class RecentRises
{
    /// <summary>Generations remembered.</summary>
    public const int Kept = 64;

    /// <summary>A mark further behind asks the tables: by then most signatures meet, and the walk costs as much.</summary>
    public const int Walked = 24;

    private const int Words = 4;
    private readonly ulong[] _ring = new ulong[Kept * Words];

    /// <summary>Begins a generation that is not published yet. Writer only.</summary>
    public void Begin(long generation) => _ring.AsSpan(At(generation), Words).Clear();

    /// <summary>Adds a selector to a generation that is not published yet. Writer only.</summary>
    public void Add(long generation, SelectorKind kind, ulong key)
    {
        // A subject's keys do not tell under which prefixes it lies.
        if (kind is SelectorKind.All or SelectorKind.Prefix)
        {
            _ring.AsSpan(At(generation), Words).Fill(ulong.MaxValue);
            return;
        }

        _ring[At(generation) + Word(key)] |= Bit(key);
    }

    /// <summary>
    /// True when nothing that rose after <paramref name="mark"/> up to <paramref name="generation"/>, which the caller has just read, covers any of the keys; false when
    /// something may, or it was too long ago. The caller makes sure that the generation is still less than <see cref="Kept"/> beyond the mark afterwards.
    /// </summary>
    public bool SaysNone(ReadOnlySpan<ulong> keys, long mark, long generation)
    {
        if (generation - mark is < 1 or > Walked)
        {
            return false;
        }

        Span<ulong> signature = stackalloc ulong[Words];
        signature.Clear();
        signature[0] = 1; // Meets what covers subjects without keys too.
        foreach (var key in keys)
        {
            signature[Word(key)] |= Bit(key);
        }

        var met = 0UL;
        for (var i = mark + 1; i <= generation; i++)
        {
            var at = At(i);
            for (var word = 0; word < Words; word++)
            {
                met |= Volatile.Read(ref _ring[at + word]) & signature[word];
            }
        }

        return met == 0;
    }

    private static int At(long generation) => (int)(generation & (Kept - 1)) * Words;

    // The low bits of a key choose its place in a table: other bits are as good here.
    private static int Word(ulong key) => (int)(key >> 62);

    private static ulong Bit(ulong key) => 1UL << (int)((key >> 56) & 63);
}
