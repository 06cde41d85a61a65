using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>Begins the data of each chunk of a body that lies in blocks of its own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChunkHeader
{
    /// <summary>Bytes of this header.</summary>
    public const int Bytes = 8;

    /// <summary>Next chunk, 0 at the end.</summary>
    public uint Next;

    /// <summary>Bytes of data written, headers included.</summary>
    public uint Used;
}
