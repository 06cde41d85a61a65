using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>Begins the data of a body's first chunk. A body is shared by the entries that a validation made of one another, and by a fill whose readers are not done.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BodyHeader
{
    /// <summary>Bytes of this header.</summary>
    public const int Bytes = 16;

    /// <summary>Length of the body.</summary>
    public long Length;

    /// <summary>Owners. Changed under the store's lock.</summary>
    public int Owners;
}
