using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>The 8 bytes before each block's data.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Block
{
    /// <summary>Bytes of a granule; every block is a whole number of them, this header included.</summary>
    public const int Granule = 16;

    /// <summary>Bytes of this header.</summary>
    public const int Header = 8;

    /// <summary>Granules of the smallest block.</summary>
    public const uint MinGranules = 2;

    private const uint FreeBit = 0x8000_0000;

    private uint _sizeAndFree;

    /// <summary>Offset in granules of the block before this one in the slab; meaningless for the first.</summary>
    public uint Previous;

    /// <summary>Size in granules.</summary>
    public readonly uint Granules => _sizeAndFree & ~FreeBit;

    /// <summary>True when nobody owns it.</summary>
    public readonly bool IsFree => (_sizeAndFree & FreeBit) != 0;

    /// <summary>Bytes of data that fit.</summary>
    public readonly int Capacity => (int)(Granules * Granule) - Header;

    /// <summary>Sets size and state.</summary>
    public void Set(uint granules, bool free) => _sizeAndFree = granules | (free ? FreeBit : 0);
}
