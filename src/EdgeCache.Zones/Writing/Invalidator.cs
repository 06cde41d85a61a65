using System.Threading.Channels;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// Invalidations after unsafe methods (PLANE.md 15): the local floor rises at once, the log entry follows. What arrives while an append is under way
/// goes with the next one, merged. A store that does not answer makes the queue grow to a bound and then fold, never forget. Thread-safe.
/// </summary>
public sealed class Invalidator : IAsyncDisposable
{
    /// <summary>How long a caller waits for its position before it goes on with a token marked pending.</summary>
    public static readonly TimeSpan AppendLimit = TimeSpan.FromMilliseconds(50);

    /// <summary>Most selectors that wait per zone; more fold into the whole zone.</summary>
    public const int MaxPending = 10_000;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(1);

    private readonly ZonePublisher _publisher;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _worker;
    private Dictionary<ZoneName, PendingInvalidation> _pending = [];
    private long _queued;
    private long _folded;
    private long _dropped;

    /// <summary>Starts; it owns one task until it is disposed.</summary>
    public Invalidator(ZonePublisher publisher, TimeProvider time)
    {
        _publisher = publisher;
        _time = time;
        _worker = RunAsync(_stop.Token);
    }

    /// <summary>Callers that went on before their entry was in the log.</summary>
    public long Queued => Volatile.Read(ref _queued);

    /// <summary>Times a zone's queue folded into the whole zone.</summary>
    public long Folded => Volatile.Read(ref _folded);

    /// <summary>Appends given up because the zone no longer exists, or at shutdown.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Selectors waiting now.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _pending.Values.Sum(p => p.Selectors.Count);
            }
        }
    }

    /// <summary>
    /// Raises the local floor before it returns and appends to the log. The position; or null when the append takes longer than
    /// <see cref="AppendLimit"/>: it is queued then and will be made.
    /// </summary>
    public async ValueTask<Position?> InvalidateAsync(ZoneState zone, IReadOnlyCollection<Selector> selectors, CancellationToken cancellation)
    {
        zone.Floors.Raise([.. selectors], PurgeMode.Hard);
        Task<Position?> appended;
        lock (_lock)
        {
            if (!_pending.TryGetValue(zone.Zone, out var pending))
            {
                _pending[zone.Zone] = pending = new PendingInvalidation(zone.Zone);
            }

            _folded += pending.Add(selectors, MaxPending) ? 1 : 0;
            appended = pending.Appended.Task;
        }

        _wake.Writer.TryWrite(true);
        try
        {
            return await appended.WaitAsync(AppendLimit, _time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _queued);
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _wake.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _worker.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out _);
                Dictionary<ZoneName, PendingInvalidation> taken;
                lock (_lock)
                {
                    (taken, _pending) = (_pending, []);
                }

                await Task.WhenAll(taken.Values.Select(p => AppendAsync(p, stop))).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Shutdown: what is left is counted below.
        }

        lock (_lock)
        {
            _dropped += _pending.Values.Sum(p => p.Selectors.Count);
            foreach (var pending in _pending.Values)
            {
                pending.Appended.TrySetResult(null);
            }
        }
    }

    private async Task AppendAsync(PendingInvalidation pending, CancellationToken stop)
    {
        var last = (Position?)null;
        try
        {
            foreach (var part in pending.Selectors.Chunk(PurgeChange.MaxSelectors))
            {
                last = await AppendPartAsync(pending.Zone, part, stop).ConfigureAwait(false) ?? last;
            }
        }
        finally
        {
            pending.Appended.TrySetResult(last);
        }
    }

    /// <summary>Repeats one append, under one change id, until the store says yes or no.</summary>
    private async Task<Position?> AppendPartAsync(ZoneName zone, Selector[] part, CancellationToken stop)
    {
        var purge = new PurgeChange(part, PurgeMode.Hard);
        var context = default(WriteContext);
        for (var wait = FirstRetry; ; wait = wait * 2 < LastRetry ? wait * 2 : LastRetry)
        {
            var result = await _publisher.PurgeAsync(zone, purge, context, stop).ConfigureAwait(false);
            if (result.IsCommitted)
            {
                return result.Position;
            }

            if (result.Outcome is not (WriteOutcome.StoreUnavailable or WriteOutcome.StoreLost or WriteOutcome.AppliedNotDurable))
            {
                Interlocked.Add(ref _dropped, part.Length);
                return null;
            }

            context = new WriteContext { ChangeId = result.ChangeId.Length > 0 ? result.ChangeId : null };
            await Task.Delay(wait, _time, stop).ConfigureAwait(false);
        }
    }
}
