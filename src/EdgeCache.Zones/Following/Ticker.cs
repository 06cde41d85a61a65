namespace EdgeCache.Zones.Following;

/// <summary>
/// Ticks on a thread of its own, so that a starved thread pool is not taken for a process that slept, nor the reverse. Under virtual time the provider's timers tick.
/// </summary>
internal sealed class Ticker
{
    private readonly TickWatch _watch;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly bool _onTimer;
    private readonly Action _onLate;

    public Ticker(TickWatch watch, TimeProvider time, FollowerOptions options, Action onLate)
    {
        _watch = watch;
        _time = time;
        _interval = options.TickInterval;
        _onTimer = options.TickOnTimer;
        _onLate = onLate;
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        _watch.Start(_time.GetTimestamp());
        if (_onTimer)
        {
            while (true)
            {
                await Task.Delay(_interval, _time, cancellation);
                Tick();
            }
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => RunThread(ended, cancellation)) { IsBackground = true, Name = "edgecache-tick" }.Start();
        await ended.Task;
        cancellation.ThrowIfCancellationRequested();
    }

    private void RunThread(TaskCompletionSource ended, CancellationToken cancellation)
    {
        do
        {
            Tick();
        }
        while (!cancellation.WaitHandle.WaitOne(_interval));
        ended.SetResult();
    }

    private void Tick()
    {
        if (!_watch.Tick(_time.GetTimestamp()))
        {
            _onLate();
        }
    }
}
