using EdgeCache.Admin;
using EdgeCache.Client.Model;
using EdgeCache.Metrics;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Dashboard;

/// <summary>
/// Looks at nodes and logs for everybody who watches: twice a second, sooner after a hint; every two seconds when nobody does, for the history. One reading serves all watchers, and a
/// slow one skips what it missed. Thread-safe.
/// </summary>
internal sealed partial class LiveFeed(AdminParts parts, PublishSpans spans, ILogger<LiveFeed> log) : BackgroundService
{
    private const int FirstRows = 30;
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(40);

    private readonly Dictionary<ZoneName, LogPlace> _read = [];
    private readonly SemaphoreSlim _wake = new(0);
    private TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LiveState? _state;
    private volatile TrafficSample? _sample;
    private int _watchers;

    public ChangeBoard Board { get; } = new(parts.TracesChanges ? spans : null);

    public TrafficHistory History { get; } = new();

    public LiveState? State => _state;

    /// <summary>The newest sample of the history.</summary>
    public TrafficSample? Sample => _sample;

    /// <summary>Completes at the next reading.</summary>
    public Task Pulse => Volatile.Read(ref _pulse).Task;

    /// <summary>Counts a watcher in; false when there are too many.</summary>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _watchers) > most)
        {
            Interlocked.Decrement(ref _watchers);
            return false;
        }

        Wake();
        return true;
    }

    public void Leave() => Interlocked.Decrement(ref _watchers);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hints = parts.Store.Subscribe(OnHint);
        var sampled = 0L;
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken).ConfigureAwait(false);
                if (sampled == 0 || parts.Time.GetElapsedTime(sampled) >= TrafficHistory.Interval)
                {
                    sampled = parts.Time.GetTimestamp();
                    _sample = History.Add(_state!.At, _state.Nodes); // Just read.
                }

                failing = false;
            }
            catch (StoreException fault)
            {
                _state = (_state ?? LiveState.Empty) with { Fault = $"the store does not answer: {fault.Message}" };
                if (!failing)
                {
                    LogFailing(fault.Message);
                }

                failing = true;
            }

            Interlocked.Exchange(ref _pulse, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            var pause = Volatile.Read(ref _watchers) > 0 ? Watched : TrafficHistory.Interval;
            if (await _wake.WaitAsync(pause, stoppingToken).ConfigureAwait(false))
            {
                await Task.Delay(Soonest, parts.Time, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var zones = parts.Insight.Follower?.Describe().Where(z => z.Position.Zone.Value is not null).ToList() ?? [];
        foreach (var zone in zones)
        {
            await ReadLogAsync(zone, cancellation).ConfigureAwait(false);
        }

        var reports = await parts.Store.NodesAsync(cancellation).ConfigureAwait(false);
        Board.See(reports);
        var now = parts.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var heads = zones.ToDictionary(z => z.Position.Zone, z => (z.Position.Epoch, Math.Max(z.Head, z.Position.Serial)));
        _state = new LiveState
        {
            At = now,
            Node = parts.Insight.Node,
            Zones = [.. zones.Select(z => new LiveZone(z.Position.Zone.Value, z.Position.Epoch.ToString(), Math.Max(z.Head, z.Position.Serial), z.Phase.Text()))],
            Nodes = NodeTable.Of(reports, parts.Missed.Beside(reports), heads, now),
        };
    }

    private async Task ReadLogAsync(FollowStatus zone, CancellationToken cancellation)
    {
        var here = zone.Position;
        var read = _read.GetValueOrDefault(here.Zone);
        if (read.Epoch == here.Epoch && read.Serial >= here.Serial)
        {
            return;
        }

        var from = read.Epoch == here.Epoch ? read.Serial : Math.Max(0, here.Serial - FirstRows);
        var page = await ChangeLog.EntriesAsync(parts.Store, here.Zone, Math.Max(from, here.Serial - ChangeBoard.MaxRows), ChangeBoard.MaxRows, cancellation).ConfigureAwait(false);
        foreach (var entry in page.Entries)
        {
            Board.Add(entry);
        }

        _read[here.Zone] = page.Entries is [.., var last] ? new LogPlace(last.Epoch, last.Serial) : new LogPlace(here.Epoch, here.Serial);
    }

    private void OnHint(Hint hint)
    {
        Board.Hinted(hint, parts.Time.GetUtcNow().ToUnixTimeMilliseconds());
        if (Volatile.Read(ref _watchers) > 0)
        {
            Wake();
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    [LoggerMessage(1, LogLevel.Warning, "the dashboard cannot read the store: {Fault}")]
    private partial void LogFailing(string fault);
}

/// <summary>What watchers see of one reading.</summary>
internal sealed record LiveState
{
    public static readonly LiveState Empty = new() { At = 0, Node = "", Zones = [], Nodes = [] };

    /// <summary>When, Unix milliseconds of this process.</summary>
    public required long At { get; init; }

    /// <summary>Who is speaking.</summary>
    public required string Node { get; init; }

    public required IReadOnlyList<LiveZone> Zones { get; init; }

    public required IReadOnlyList<NodeDocument> Nodes { get; init; }

    /// <summary>Why this is old; null when it is not.</summary>
    public string? Fault { get; init; }
}

/// <summary>A zone's log as this node knows it.</summary>
internal sealed record LiveZone(string Zone, string Epoch, long Head, string Phase);
