using System.Collections.Concurrent;

namespace EdgeCache.Http.Fetching;

/// <summary>Sources of cancellation with a timer, used again where that is possible: a fill needs one for its time limit and for whoever abandons it. Thread-safe.</summary>
internal sealed class StopSources(TimeProvider time)
{
    private const int MaxKept = 512;
    private readonly ConcurrentQueue<CancellationTokenSource> _kept = new();

    /// <summary>A source that is not cancelled and has no limit yet.</summary>
    public CancellationTokenSource Take() => _kept.TryDequeue(out var source) ? source : new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);

    /// <summary>Gives one back; nobody may cancel it or ask its token from now on.</summary>
    public void Return(CancellationTokenSource source)
    {
        if (source.TryReset() && _kept.Count < MaxKept)
        {
            _kept.Enqueue(source);
        }
        else
        {
            source.Dispose();
        }
    }
}
