using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Nodes;

/// <summary>
/// Waits until nodes have applied a position, by reading their reports; all waiters share one reading. At most <see cref="MaxWaiting"/> wait at once. Thread-safe.
/// </summary>
public sealed class ChangeWait
{
    /// <summary>Most requests that wait at once.</summary>
    public const int MaxWaiting = 1_000;

    /// <summary>More than two heartbeats without a report.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromMilliseconds(1_250);

    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(10);
    private readonly IZoneStore _store;
    private readonly TimeProvider _time;
    private readonly NodeSightings _sightings;
    private readonly Lock _lock = new();
    private Task? _reading;
    private int _waiting;

    /// <summary>Waits on the reports in <paramref name="store"/>.</summary>
    public ChangeWait(IZoneStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        _sightings = new NodeSightings(time);
    }

    /// <summary>Waits. I/O faults of the store are <see cref="StoreException"/>s.</summary>
    public async Task<WaitResult> WaitAsync(WaitRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return new WaitResult(WaitOutcome.TooManyWaiting, []);
        }

        try
        {
            var began = _time.GetTimestamp();
            var limit = request.Timeout < WaitRequest.MaxTimeout ? request.Timeout : WaitRequest.MaxTimeout;
            while (true)
            {
                await ReadAsync(cancellation);
                var nodes = Look(request, began);
                var rest = limit - _time.GetElapsedTime(began);
                if (IsDone(request, nodes) || rest <= TimeSpan.Zero)
                {
                    return new WaitResult(IsDone(request, nodes) ? WaitOutcome.Done : WaitOutcome.TimedOut, nodes);
                }

                await Task.Delay(ReadInterval, _time, cancellation);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Where all nodes stand towards a position now, without waiting: the timeline of a change.</summary>
    public async Task<IReadOnlyList<NodeProgress>> LookAsync(Position position, CancellationToken cancellation)
    {
        await ReadAsync(cancellation);
        return Look(new WaitRequest { Position = position }, _time.GetTimestamp());
    }

    private static bool IsDone(WaitRequest request, List<NodeProgress> nodes) => request.Scope switch
    {
        WaitScope.Quorum => nodes.Count(n => n.Outcome == NodeOutcome.Applied) * 2 > nodes.Count,
        _ => nodes.All(n => n.Outcome is NodeOutcome.Applied or NodeOutcome.Expired),
    };

    private List<NodeProgress> Look(WaitRequest request, long began)
    {
        lock (_lock)
        {
            return request.Scope == WaitScope.Named
                ? [.. request.Nodes.Select(n => _sightings.Find(n) is { } known ? Progress(known, request.Position, began) : new NodeProgress(n, "", NodeOutcome.Missing, null, null))]
                : [.. _sightings.All.Where(s => s.Report.Role != NodeReport.ReplicatorRole).OrderBy(s => s.Report.Node, StringComparer.Ordinal).Select(s => Progress(s, request.Position, began))];
        }
    }

    private NodeProgress Progress(Sighting sighting, Position wanted, long began)
    {
        var report = sighting.Report;
        var at = report.Positions.Where(p => p.Zone == wanted.Zone).Select(p => (Position?)p).FirstOrDefault();
        if (at is { } here && here.Epoch == wanted.Epoch && here.Serial >= wanted.Serial && report.Unproven?.Any(s => s.Holds(wanted)) != true)
        {
            var applied = report.Recent.Where(m => m.Position.Zone == wanted.Zone && m.Position.Epoch == wanted.Epoch && m.Position.Serial == wanted.Serial);
            return new NodeProgress(report.Node, report.Role, NodeOutcome.Applied, at, applied.Select(m => (long?)m.At).FirstOrDefault());
        }

        // A silent node may have polled just before the change: its lease runs from the later of its last word and the beginning of the wait.
        var outcome = _time.GetElapsedTime(Math.Max(sighting.At, began)) > sighting.Lease ? NodeOutcome.Expired
            : _time.GetElapsedTime(sighting.At) > SilenceLimit ? NodeOutcome.Missing
            : NodeOutcome.Waiting;
        return new NodeProgress(report.Node, report.Role, outcome, at, null);
    }

    /// <summary>Joins the reading under way or starts one; it is not cancelled with one of its waiters.</summary>
    private async Task ReadAsync(CancellationToken cancellation)
    {
        Task reading;
        lock (_lock)
        {
            reading = _reading is { IsCompleted: false } running ? running : _reading = ReadOnceAsync();
        }

        if (!await reading.EndsWithin(WaitRequest.MaxTimeout, _time, cancellation))
        {
            throw new StoreException("the store did not list the nodes in time");
        }

        await reading;
    }

    private async Task ReadOnceAsync()
    {
        await Task.Yield();
        var reports = await _store.NodesAsync(CancellationToken.None);
        lock (_lock)
        {
            _sightings.See(reports);
        }
    }
}
