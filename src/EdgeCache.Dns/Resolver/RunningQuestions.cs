using System.Collections.Concurrent;

namespace EdgeCache.Dns.Resolver;

/// <summary>Questions being resolved, so that clients who ask the same share the work. What runs is not ended by a client that leaves.
/// Clients are answered on the thread that brought the answer, one after the other. Thread-safe.</summary>
internal sealed class RunningQuestions
{
    private readonly ConcurrentDictionary<Asked, Task<Resolution>> _running = new();
    private long _joined;

    /// <summary>Clients that joined a question already under way.</summary>
    public long Joined => Volatile.Read(ref _joined);

    public int Count => _running.Count;

    public Task<Resolution> Join(Asked asked, Func<Asked, Task<Resolution>> start)
    {
        var mine = new TaskCompletionSource<Resolution>();
        Task<Resolution> running = _running.GetOrAdd(asked, mine.Task);
        if (!ReferenceEquals(running, mine.Task))
        {
            Interlocked.Increment(ref _joined);
            return running;
        }

        _ = RunAsync(asked, start, mine);
        return mine.Task;
    }

    /// <summary>Whatever is under way now, for stopping.</summary>
    public Task All() => Task.WhenAll(_running.Values);

    private async Task RunAsync(Asked asked, Func<Asked, Task<Resolution>> start, TaskCompletionSource<Resolution> mine)
    {
        try
        {
            Resolution resolution = await start(asked).ConfigureAwait(false);
            _running.TryRemove(asked, out _);
            mine.SetResult(resolution);
        }
        catch (OperationCanceledException e)
        {
            _running.TryRemove(asked, out _);
            mine.SetCanceled(e.CancellationToken);
        }
#pragma warning disable CA1031 // Everybody who waits hears of it, and their catch-all counts it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _running.TryRemove(asked, out _);
            mine.SetException(e);
        }
    }
}
