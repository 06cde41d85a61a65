namespace EdgeCache.Zones.Following;

/// <summary>An alarm that many may ring and one loop sleeps on; rings while the loop is awake are kept as one. Thread-safe.</summary>
internal sealed class Wakeup
{
    private volatile TaskCompletionSource _rung = New();

    public void Ring() => _rung.TrySetResult();

    /// <summary>Sleeps until rung or until <paramref name="limit"/> is over; true when rung.</summary>
    public async Task<bool> SleepAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var rung = _rung;
        if (!rung.Task.IsCompleted)
        {
            await rung.Task.WaitAsync(limit, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        cancellation.ThrowIfCancellationRequested();
        if (!rung.Task.IsCompleted)
        {
            return false;
        }

        _rung = New();
        return true;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
