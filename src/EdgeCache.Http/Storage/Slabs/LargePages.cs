using System.Runtime.InteropServices;

namespace EdgeCache.Http.Storage.Slabs;

/// <summary>
/// Asks the system to back native memory by pages of 2 MiB. Objects are met at random, and with small pages nearly each costs a walk through the page tables besides the memory
/// itself. Only advice: where it is not taken, nothing changes.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page, to which memory that can have one is aligned.</summary>
    public const int Bytes = 2 << 20;

    private const int SmallPage = 4096;
    private const int AdviceHugePage = 14;

    /// <summary>Memory for a slab or a table, not cleared; free it by <see cref="NativeMemory.AlignedFree"/>.</summary>
    public static void* Allocate(nuint length)
    {
        var start = NativeMemory.AlignedAlloc(length, length >= Bytes ? (nuint)Bytes : SmallPage);
        Advise(start, length);
        return start;
    }

    /// <summary>Advises for memory that is there already.</summary>
    public static void Advise(void* start, nuint length)
    {
        if (!OperatingSystem.IsLinux() || length < Bytes)
        {
            return;
        }

        var skipped = (nuint)(-(nint)start & (SmallPage - 1));
        _ = madvise((byte*)start + skipped, (length - skipped) & ~(nuint)(SmallPage - 1), AdviceHugePage);
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* start, nuint length, int advice);
}
