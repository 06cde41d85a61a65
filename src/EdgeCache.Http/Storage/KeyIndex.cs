using System.Numerics;
using System.Runtime.InteropServices;
using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage;

/// <summary>
/// Hash → records of the same bucket, newest first. Sized once by the budget. Changes need the store's lock; walks need none: whoever finds nothing compares
/// <see cref="Stripe"/> with what it was before, and repeats the walk under the lock when it moved.
/// </summary>
internal sealed unsafe class KeyIndex : IDisposable
{
    private const int Stripes = 1024;
    private const int BytesPerBucket = 1024;
    private readonly EntryTable _entries;
    private readonly uint* _buckets;
    private readonly ulong _mask;
    private readonly int[] _stripes = new int[Stripes];

    /// <summary>Makes an empty index.</summary>
    public KeyIndex(EntryTable entries, long budget)
    {
        _entries = entries;
        Buckets = (long)BitOperations.RoundUpToPowerOf2((ulong)(budget / BytesPerBucket / 4 * 3));
        _mask = (ulong)Buckets - 1;
        _buckets = (uint*)NativeMemory.AllocZeroed((nuint)Buckets, sizeof(uint));
        LargePages.Advise(_buckets, (nuint)Buckets * sizeof(uint));
    }

    /// <summary>Number of buckets.</summary>
    public long Buckets { get; }

    /// <summary>Bytes held.</summary>
    public long Bytes => (Buckets + Stripes) * sizeof(uint);

    /// <summary>Moves whenever a record near this hash is unlinked.</summary>
    public int Stripe(ulong hash) => Volatile.Read(ref _stripes[(hash & _mask) % Stripes]);

    /// <summary>First record of the bucket; 0 when it is empty.</summary>
    public uint First(ulong hash) => Volatile.Read(ref _buckets[hash & _mask]);

    /// <summary>Puts a record in front of its bucket.</summary>
    public void Link(uint id)
    {
        var record = _entries[id];
        record->BucketNext = _buckets[record->Hash & _mask];
        Volatile.Write(ref _buckets[record->Hash & _mask], id);
    }

    /// <summary>Takes a record out of its bucket. Its own link stays, for those who stand on it.</summary>
    public void Unlink(uint id)
    {
        var record = _entries[id];
        var bucket = record->Hash & _mask;
        Interlocked.Increment(ref _stripes[bucket % Stripes]);
        var at = _buckets + bucket;
        while (*at != id)
        {
            at = &_entries[*at]->BucketNext;
        }

        Volatile.Write(ref *at, record->BucketNext);
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_buckets);
}
