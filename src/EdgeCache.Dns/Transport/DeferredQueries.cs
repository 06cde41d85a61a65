using System.Collections.Concurrent;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// The UDP queries that wait for an answer: a bounded number, each a copy with the address to answer to. Over the bound a query is dropped and counted;
/// its client asks again. Thread-safe.
/// </summary>
internal sealed class DeferredQueries : IThreadPoolWorkItem
{
    private const int MaxPooled = 256;
    private readonly ConcurrentBag<DeferredQuery> _pool = [];
    private readonly ServerCounters _counters;
    private readonly Action<Exception> _failed;
    private readonly CancellationToken _stopping;
    private readonly int _limit;
    private int _waiting;
    private readonly ConcurrentQueue<DeferredQuery> _queue = new();
    private readonly int _mostPumps = Environment.ProcessorCount;
    private int _pooled;
    private int _pumps;

    public DeferredQueries(int limit, ServerCounters counters, Action<Exception> failed, CancellationToken stopping)
    {
        _limit = limit;
        _counters = counters;
        _failed = failed;
        _stopping = stopping;
    }

    public int Waiting => Volatile.Read(ref _waiting);

    public void Start(
        UdpSocket socket, IDnsResponder responder, ReadOnlySpan<byte> query, in QuerySource source, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control)
    {
        if (Interlocked.Increment(ref _waiting) > _limit)
        {
            Interlocked.Decrement(ref _waiting);
            _counters.Overflow();
            return;
        }

        if (_pool.TryTake(out DeferredQuery? item))
        {
            Interlocked.Decrement(ref _pooled);
        }
        else
        {
            item = new DeferredQuery();
        }

        item.Fill(socket, responder, query, source, peer, control);
        _queue.Enqueue(item);
    }

    /// <summary>
    /// Sets to work on what was taken. Called once for a batch, so that a thread is woken once for all of it; one that came alone is begun by who took it, who had nothing else to do: waking a thread costs
    /// more than the work until something is waited for.
    /// </summary>
    public void Release(bool cameAlone)
    {
        if (cameAlone && _queue.TryDequeue(out DeferredQuery? item))
        {
            _ = RunAsync(item);
        }

        WakePump();
    }

    private void WakePump()
    {
        Interlocked.MemoryBarrier();
        int pumps = Volatile.Read(ref _pumps);
        if (!_queue.IsEmpty && pumps < _mostPumps && Interlocked.CompareExchange(ref _pumps, pumps + 1, pumps) == pumps)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Takes queries until there are none; each is begun here and goes on wherever what it waits for comes.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (_queue.TryDequeue(out DeferredQuery? item))
        {
            _ = RunAsync(item);
        }

        // Somebody may have seen this pump at work after it had looked for the last time.
        Interlocked.Decrement(ref _pumps);
        WakePump();
    }

    private async Task RunAsync(DeferredQuery item)
    {
        try
        {
            await item.AnswerAsync(_stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while it waited; the client asks another server.
        }
#pragma warning disable CA1031 // The catch-all of a deferred query.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failed(e);
            item.Fail();
        }

        Interlocked.Decrement(ref _waiting);
        if (Volatile.Read(ref _pooled) < MaxPooled)
        {
            Interlocked.Increment(ref _pooled);
            item.Clear();
            _pool.Add(item);
        }
    }
}
