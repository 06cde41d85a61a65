using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;

namespace EdgeCache.Zones.Following;

/// <summary>Tells the store where this node stands: at every heartbeat, and a moment after something was applied, so that <c>change wait</c> need not wait for a heartbeat; a storm of entries is reported in even steps.</summary>
internal sealed class NodeReporter
{
    private readonly FollowerParts _parts;
    private readonly Func<NodeReport> _report;
    private readonly Wakeup _wakeup = new();
    private readonly Lock _lock = new();
    private readonly Queue<AppliedMark> _recent = new();
    private const int ReportsPerCount = 20;
    private long _sequence;
    private long? _sentAt;

    public NodeReporter(FollowerParts parts, Func<NodeReport> report)
    {
        _parts = parts;
        _report = report;
    }

    public void ReportSoon() => _wakeup.Ring();

    /// <summary>An entry is visible here.</summary>
    public void Applied(Position position)
    {
        lock (_lock)
        {
            _recent.Enqueue(new AppliedMark(position, _parts.Time.GetUtcNow().ToUnixTimeMilliseconds()));
            if (_recent.Count > NodeReport.MaxRecent)
            {
                _recent.Dequeue();
            }
        }

        ReportSoon();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            if (await _wakeup.SleepAsync(_parts.Jitter.Around(_parts.Options.Heartbeat), _parts.Time, cancellation))
            {
                await Task.Delay(DelayOfNext(), _parts.Time, cancellation);
            }

            _sentAt = _parts.Time.GetTimestamp();
            try
            {
                await SendAsync(cancellation);
                failures = 0;
                _parts.Reach.Reached(this);
            }
#pragma warning disable CA1031 // The one catch-all of this loop: a node that cannot report goes on serving.
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _parts.Counters.ReportFailed();
                failures++;
                _parts.Reach.Failed(this, problem);
                await Task.Delay(_parts.Jitter.BackOff(failures, _parts.Options.BackOffFirst, _parts.Options.BackOffLimit), _parts.Time, cancellation);
            }
        }
    }

    private TimeSpan DelayOfNext()
    {
        var left = _sentAt is { } sent ? _parts.Options.ReportSpacing - _parts.Time.GetElapsedTime(sent) : TimeSpan.Zero;
        return left > _parts.Options.ReportDelay ? left : _parts.Options.ReportDelay;
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        var report = Report();
        var sending = _parts.Store.ReportAsync(report, cancellation).AsTask();
        if (!await sending.EndsWithin(_parts.Options.PollTimeout, _parts.Time, cancellation))
        {
            throw new TimeoutException("the store did not take the report in time");
        }

        await sending;
        if (report.Unproven is not null || report.Sequence % ReportsPerCount == 1)
        {
            await _parts.Peers.AskAsync(report.Unproven is not null, cancellation);
        }
    }

    private NodeReport Report()
    {
        // The positions after the marks: a position may be ahead of its mark, never behind.
        AppliedMark[] recent;
        lock (_lock)
        {
            recent = [.. _recent];
        }

        return _report() with { Sequence = ++_sequence, Recent = recent };
    }
}
