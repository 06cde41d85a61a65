using System.Runtime.InteropServices;

namespace EdgeCache.Load.Bench.Native;

/// <summary>Binds threads to processors (sched_setaffinity(2)), and lets them yield.</summary>
internal static unsafe partial class Pinning
{
    /// <summary>Runs work that never waits on a thread of its own, bound to <paramref name="cpu"/>.</summary>
    public static Task<T> RunAsync<T>(int cpu, string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Here(cpu);
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return done.Task;
    }

    /// <summary>The calling thread runs on <paramref name="cpu"/> only; where that is refused it runs where it likes.</summary>
    public static void Here(int cpu)
    {
        var mask = stackalloc ulong[16];
        mask[cpu / 64] = 1UL << (cpu % 64);
        _ = SetAffinity(0, 16 * sizeof(ulong), mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint length, ulong* mask);
}
