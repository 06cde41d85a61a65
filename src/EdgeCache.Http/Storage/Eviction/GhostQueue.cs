using System.Numerics;

namespace EdgeCache.Http.Storage.Eviction;

/// <summary>
/// Hashes of entries evicted a short while ago without a second use: who comes back from here goes to the main queue at once.
/// A table of sets of eight words (fingerprint, sequence number); the oldest of a set makes room. Needs the store's lock.
/// </summary>
internal sealed class GhostQueue
{
    private const int Ways = 8;
    private readonly ulong[] _slots;
    private readonly int _mask;
    private uint _sequence = 1;

    /// <summary>Makes a queue for about so many entries.</summary>
    public GhostQueue(long entries)
    {
        var sets = (int)Math.Min(BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, entries / Ways)), 1 << 24);
        _slots = GC.AllocateArray<ulong>(sets * Ways, pinned: true);
        _mask = sets - 1;
    }

    /// <summary>Bytes held.</summary>
    public long Bytes => _slots.LongLength * sizeof(ulong);

    /// <summary>Remembers a hash.</summary>
    public void Add(ulong hash)
    {
        var set = SetOf(hash);
        var oldest = 0;
        for (var i = 1; i < Ways; i++)
        {
            if (Sequence(set[i]) < Sequence(set[oldest]))
            {
                oldest = i;
            }
        }

        set[oldest] = Word(hash, _sequence = Math.Max(1, unchecked(_sequence + 1)));
    }

    /// <summary>True, and forgotten, when the hash is among the last <paramref name="capacity"/> that were added.</summary>
    public bool TryTake(ulong hash, long capacity)
    {
        foreach (ref var slot in SetOf(hash))
        {
            if (slot >> 32 == hash >> 32 && Sequence(slot) != 0)
            {
                var recent = unchecked(_sequence - Sequence(slot)) < capacity; // the sequence wraps
                slot = 0;
                return recent;
            }
        }

        return false;
    }

    private static ulong Word(ulong hash, uint sequence) => (hash & 0xFFFF_FFFF_0000_0000) | sequence;

    private static uint Sequence(ulong word) => (uint)(word & uint.MaxValue);

    private Span<ulong> SetOf(ulong hash) => _slots.AsSpan((int)(hash & (ulong)_mask) * Ways, Ways);
}
