using EdgeCache.Http.Fetching;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// Ends an answer of which the client takes nothing for <see cref="HitLimits.StalledSeconds"/>: an HTTP/2 client that opens no window would hold its bytes for ever; or that is the longest to wait when <see cref="HeldAnswers"/> hold too much. A timer is made
/// only when something waits. One writer at a time.
/// </summary>
internal sealed class StallLimit(TimeProvider time, EdgeTally tally, HeldAnswers held, IHttpRequestLifetimeFeature request) : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(HitLimits.StalledSeconds);

    private ITimer? _timer;

    /// <summary>Waits for a write of so many bytes.</summary>
    public async ValueTask<T> WithinAsync<T>(ValueTask<T> writing, int bytes)
    {
        if (writing.IsCompleted)
        {
            return await writing.ConfigureAwait(false);
        }

        _timer ??= time.CreateTimer(static limit => ((StallLimit)limit!).End(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan); // It is what is given here.
        _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        var waiting = held.Enter(request, bytes);
        try
        {
            return await writing.ConfigureAwait(false);
        }
        finally
        {
            held.Leave(waiting);
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void End()
    {
        tally.CountTimeout();
        request.Abort();
    }
}
