using EdgeCache.Zones.Nodes;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Following;

/// <summary>Tells the store where this node stands: at every heartbeat, and a moment after something was applied, so that <c>change wait</c> need not wait for a heartbeat.</summary>
internal sealed partial class NodeReporter
{
    private readonly FollowerParts _parts;
    private readonly Func<NodeReport> _report;
    private readonly Wakeup _wakeup = new();

    public NodeReporter(FollowerParts parts, Func<NodeReport> report)
    {
        _parts = parts;
        _report = report;
    }

    public void ReportSoon() => _wakeup.Ring();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            if (await _wakeup.SleepAsync(_parts.Jitter.Around(_parts.Options.Heartbeat), _parts.Time, cancellation))
            {
                await Task.Delay(_parts.Options.ReportDelay, _parts.Time, cancellation);
            }

            try
            {
                await _parts.Store.ReportAsync(_report(), cancellation).AsTask().WaitAsync(_parts.Options.PollTimeout, _parts.Time, cancellation);
                failures = 0;
            }
#pragma warning disable CA1031 // The one catch-all of this loop: a node that cannot report goes on serving.
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _parts.Counters.ReportFailed();
                if (failures++ == 0)
                {
                    LogFailed(_parts.Log, problem, _parts.Options.Node);
                }

                await Task.Delay(_parts.Jitter.BackOff(failures, _parts.Options.BackOffFirst, _parts.Options.BackOffLimit), _parts.Time, cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "node {Node} cannot report where it stands; 'wait' will name it as missing")]
    private static partial void LogFailed(ILogger log, Exception problem, string node);
}
