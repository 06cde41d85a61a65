using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>Begins the data of a body's first chunk. A body is shared by the entries that a validation made of one another, and by a fill whose readers are not done.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BodyHeader
{
    /// <summary>Bytes of this header.</summary>
    public const int Bytes = ChunkHeader.Bytes + sizeof(ulong);

    /// <summary>Bytes of the longest body: 40 bits.</summary>
    public const long MaxLength = (1L << OwnersShift) - 1;

    private const int OwnersShift = 40;

    /// <summary>As of any chunk.</summary>
    public ChunkHeader Chunk;

    private ulong _lengthAndOwners;

    /// <summary>Length of the body.</summary>
    public readonly long Length => (long)(_lengthAndOwners & MaxLength);

    /// <summary>Sets the length and the number of owners.</summary>
    public void Set(long length, int owners) => _lengthAndOwners = ((ulong)owners << OwnersShift) | (ulong)length;

    /// <summary>One owner more. Under the store's lock.</summary>
    public void AddOwner() => _lengthAndOwners += 1UL << OwnersShift;

    /// <summary>One owner less; true when it was the last. Under the store's lock.</summary>
    public bool RemoveOwner() => (_lengthAndOwners -= 1UL << OwnersShift) >> OwnersShift == 0;
}
