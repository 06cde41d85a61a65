using EdgeCache.Http.Fetching;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// Ends an answer of which the client takes nothing for <see cref="HitLimits.StalledSeconds"/>: an HTTP/2 client that opens no window would hold its bytes for ever. A timer is made
/// only when something waits. One writer at a time.
/// </summary>
internal sealed class StallLimit(TimeProvider time, EdgeTally tally, IHttpRequestLifetimeFeature request) : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(HitLimits.StalledSeconds);

    private ITimer? _timer;

    /// <summary>Waits for a write.</summary>
    public async ValueTask<T> WithinAsync<T>(ValueTask<T> writing)
    {
        if (writing.IsCompleted)
        {
            return await writing.ConfigureAwait(false);
        }

        _timer ??= time.CreateTimer(static limit => ((StallLimit)limit!).End(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan); // It is what is given here.
        _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        var written = await writing.ConfigureAwait(false);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return written;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void End()
    {
        tally.CountTimeout();
        request.Abort();
    }
}
