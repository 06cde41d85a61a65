using System.Diagnostics;

namespace EdgeCache.Load.Running;

/// <summary>
/// Fires actions at their due times without waiting for them to finish, so that a slow target cannot slow the load down (no coordinated omission).
/// The dispatcher has a thread of its own: it sleeps until shortly before a due time and then spins.
/// </summary>
public static class OpenLoop
{
    /// <summary>Most actions in flight; a due action above it is counted as dropped.</summary>
    public const int MaxInFlight = 20_000;

    /// <summary>
    /// Runs until the due times end or <paramref name="cancellation"/>, then waits for what is in flight. <paramref name="fire"/> gets the due time in Stopwatch ticks
    /// and must not throw. Returns how many were dropped.
    /// </summary>
    public static Task<long> RunAsync(IEnumerable<TimeSpan> due, long startedAt, Func<long, Task> fire, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(Dispatch(due, startedAt, fire, cancellation));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true, Name = "open-loop dispatcher" };
        thread.Start();
        return done.Task;
    }

    private static long Dispatch(IEnumerable<TimeSpan> due, long startedAt, Func<long, Task> fire, CancellationToken cancellation)
    {
        var inFlight = 0;
        long dropped = 0;
        foreach (var offset in due)
        {
            var at = startedAt + (long)(offset.TotalSeconds * Stopwatch.Frequency);
            if (!WaitUntil(at, cancellation))
            {
                break;
            }

            if (Volatile.Read(ref inFlight) >= MaxInFlight)
            {
                dropped++;
                continue;
            }

            Interlocked.Increment(ref inFlight);
            ThreadPool.UnsafeQueueUserWorkItem(
                async state =>
                {
                    try
                    {
                        await fire(state);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref inFlight);
                    }
                },
                at,
                preferLocal: false);
        }

        SpinWait.SpinUntil(() => { Thread.Sleep(1); return Volatile.Read(ref inFlight) == 0; }, TimeSpan.FromSeconds(15));
        return dropped;
    }

    private static bool WaitUntil(long at, CancellationToken cancellation)
    {
        while (true)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            var left = at - Stopwatch.GetTimestamp();
            if (left <= 0)
            {
                return true;
            }

            // Sleep is late by up to a tenth of a millisecond; the rest is spun.
            if (left > Stopwatch.Frequency / 2000)
            {
                Thread.Sleep(TimeSpan.FromTicks(Math.Min(left - (Stopwatch.Frequency / 4000), Stopwatch.Frequency / 20) * TimeSpan.TicksPerSecond / Stopwatch.Frequency));
            }
            else
            {
                Thread.SpinWait(20);
            }
        }
    }
}
