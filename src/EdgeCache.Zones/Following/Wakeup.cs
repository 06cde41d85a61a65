namespace EdgeCache.Zones.Following;

/// <summary>An alarm that many may ring and one loop sleeps on; rings while the loop is awake are kept as one. Thread-safe.</summary>
internal sealed class Wakeup
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<bool>? _sleeper;
    private bool _isRung;

    public void Ring()
    {
        TaskCompletionSource<bool>? sleeper;
        lock (_lock)
        {
            sleeper = _sleeper;
            _sleeper = null;
            _isRung |= sleeper is null;
        }

        // The sleeper's time was over at the same moment: then it hears of it when it sleeps next.
        if (sleeper is not null && !sleeper.TrySetResult(true))
        {
            lock (_lock)
            {
                _isRung = true;
            }
        }
    }

    /// <summary>Sleeps until rung or until <paramref name="limit"/> is over; true when rung.</summary>
    public async Task<bool> SleepAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var sleeper = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isRung)
            {
                _isRung = false;
                return true;
            }

            _sleeper = sleeper;
        }

        await using var timer = time.CreateTimer(static s => ((TaskCompletionSource<bool>)s!).TrySetResult(false), sleeper, limit, Timeout.InfiniteTimeSpan);
        await using var registration = cancellation.UnsafeRegister(static (s, c) => ((TaskCompletionSource<bool>)s!).TrySetCanceled(c), sleeper);
        return await sleeper.Task;
    }
}
