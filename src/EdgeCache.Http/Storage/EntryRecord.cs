using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage;

/// <summary>
/// One cache line per entry, in native memory that is never unmapped while the store lives: a look-up may read a record that was reused meanwhile,
/// notice it by the version in <see cref="Control"/>, and no harm is done. All fields but <see cref="Control"/>, <see cref="Mark"/> and <see cref="Frequency"/>
/// are written under the store's lock.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct EntryRecord
{
    /// <summary>Size of a record.</summary>
    public const int Bytes = 64;

    /// <summary>Version (32 bits), live (1 bit), readers (31 bits).</summary>
    public ulong Control;

    /// <summary>See <see cref="EntryMark"/>.</summary>
    public ulong Mark;

    /// <summary>Hash of the key.</summary>
    public ulong Hash;

    /// <summary>Next record of the same bucket.</summary>
    public uint BucketNext;

    /// <summary>Block of the head.</summary>
    public uint Head;

    /// <summary>First block of the body; 0 when it is empty.</summary>
    public uint Body;

    /// <summary>Neighbours in the eviction queue.</summary>
    public uint QueueNext;

    /// <summary>Neighbours in the eviction queue.</summary>
    public uint QueuePrevious;

    /// <summary>Neighbours in the slot of the expiry wheel.</summary>
    public uint WheelNext;

    /// <summary>Neighbours in the slot of the expiry wheel.</summary>
    public uint WheelPrevious;

    /// <summary>When it is dead, in ticks of the wheel.</summary>
    public uint DeadTick;

    /// <summary>Granules of its blocks, for the policy.</summary>
    public uint Cost;

    /// <summary>Uses since it was queued, saturating. Written by readers without lock: a lost count is harmless.</summary>
    public byte Frequency;

    /// <summary>Which queue it stands in.</summary>
    public byte Queue;
}
