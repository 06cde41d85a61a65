using System.Runtime.InteropServices;

namespace EdgeCache.Load.Bench.Native;

/// <summary>Binds threads to processors (sched_setaffinity(2)).</summary>
internal static unsafe partial class Pinning
{
    /// <summary>The calling thread runs on <paramref name="cpu"/> only; where that is refused it runs where it likes.</summary>
    public static void Thread(int cpu)
    {
        var mask = stackalloc ulong[16];
        mask[cpu / 64] = 1UL << (cpu % 64);
        _ = SetAffinity(0, 16 * sizeof(ulong), mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint length, ulong* mask);
}
