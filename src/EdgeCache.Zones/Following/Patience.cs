namespace EdgeCache.Zones.Following;

/// <summary>Waiting for something that may never come.</summary>
internal static class Patience
{
    /// <summary>
    /// True when <paramref name="task"/> ends, however, within <paramref name="limit"/>. Resumes in the caller's context in every case: Task.WaitAsync may hop over the
    /// thread pool, which a deterministic scheduler cannot follow.
    /// </summary>
    public static async Task<bool> EndsWithin(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        if (task.IsCompleted)
        {
            return true;
        }

        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = time.CreateTimer(static e => ((TaskCompletionSource<bool>)e!).TrySetResult(false), ended, limit, Timeout.InfiniteTimeSpan);
        await using var registration = cancellation.UnsafeRegister(static (e, c) => ((TaskCompletionSource<bool>)e!).TrySetCanceled(c), ended);
        var watching = WatchAsync(task, ended);
        return await ended.Task;
    }

    /// <summary>The result of <paramref name="task"/>, or a time-out.</summary>
    /// <exception cref="TimeoutException">It did not end in time; what it says later is ignored.</exception>
    public static async Task<T> ResultWithin<T>(this Task<T> task, TimeSpan limit, TimeProvider time, CancellationToken cancellation) =>
        await task.EndsWithin(limit, time, cancellation) ? await task : throw new TimeoutException($"no answer from the store within {limit.TotalMilliseconds:0} ms");

    private static async Task WatchAsync(Task task, TaskCompletionSource<bool> ended)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        ended.TrySetResult(true);
    }
}
