using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>Begins the data of a free block: its neighbours in the list of its size.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FreeLink
{
    /// <summary>Next block of the list, 0 at the end.</summary>
    public uint Next;

    /// <summary>The one before, 0 at the head.</summary>
    public uint Previous;
}
