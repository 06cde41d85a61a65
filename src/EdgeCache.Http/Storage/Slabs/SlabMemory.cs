using System.Buffers;
using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>One slab of native memory, so that parts of it can be handed to streams and pipes as <see cref="Memory{T}"/> without an allocation.</summary>
internal sealed unsafe class SlabMemory : MemoryManager<byte>
{
    private readonly int _length;

    /// <summary>Allocates a slab.</summary>
    public SlabMemory(int length)
    {
        _length = length;
        Start = (byte*)LargePages.Allocate((nuint)length);
    }

    /// <summary>First byte; null when freed.</summary>
    public byte* Start { get; private set; }

    /// <summary>Blocks in use.</summary>
    public int Blocks { get; set; }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(Start, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(Start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <summary>Gives the memory back.</summary>
    public void Free() => Dispose(disposing: true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }
}
