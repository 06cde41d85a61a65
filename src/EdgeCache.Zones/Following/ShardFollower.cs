using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Follows the zones of one shard: one atomic poll at the heartbeat, at once when a hint could not be applied or somebody waits for fresh knowledge, and again while there
/// is more to read. A zone that must be read anew is handed to <see cref="ZoneResyncs"/>; the others go on.
/// </summary>
internal sealed partial class ShardFollower
{
    private readonly int _shard;
    private readonly FollowerParts _parts;
    private readonly ZoneResyncs _resyncs;
    private readonly Wakeup _wakeup = new();
    private volatile FollowedZone[] _zones = [];
    private TaskCompletionSource<bool> _next = NewPoll();
    private volatile bool _isUrgent;
    private volatile int _failures;
    private long _gapsSettledAt;

    public ShardFollower(int shard, FollowerParts parts, ZoneResyncs resyncs)
    {
        _shard = shard;
        _parts = parts;
        _resyncs = resyncs;
    }

    /// <summary>Polls that failed since the last that did not.</summary>
    public int Failures => _failures;

    public void Follow(FollowedZone[] zones)
    {
        _zones = zones;
        _wakeup.Ring();
    }

    /// <summary>Something is missing: poll soon.</summary>
    public void PollSoon() => _wakeup.Ring();

    /// <summary>Polls now; completes when a poll sent after this call has been answered and applied (true) or has failed (false).</summary>
    public Task<bool> PollNow()
    {
        var next = Volatile.Read(ref _next).Task;
        _isUrgent = true;
        _wakeup.Ring();
        return next;
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var outcome = await PollAsync(cancellation);
            if (outcome == PollOutcome.More)
            {
                continue;
            }

            if (outcome == PollOutcome.Failed)
            {
                // Whoever waits is not let spin on a store that is down.
                var options = _parts.Options;
                await Task.Delay(_parts.Jitter.BackOff(_failures, options.BackOffFirst, options.BackOffLimit), _parts.Time, cancellation);
                continue;
            }

            SettleGaps();
            if (await _wakeup.SleepAsync(Pause(), _parts.Time, cancellation) && !_isUrgent)
            {
                await _wakeup.SleepAsync(_parts.Jitter.UpTo(_parts.Options.CatchUpJitter), _parts.Time, cancellation);
            }
        }
    }

    private TimeSpan Pause() => _zones.Length == 0 ? Timeout.InfiniteTimeSpan : _parts.Jitter.Around(_parts.Options.Heartbeat);

    private void SettleGaps()
    {
        if (_parts.Time.GetElapsedTime(_gapsSettledAt) >= _parts.Options.Heartbeat)
        {
            _gapsSettledAt = _parts.Time.GetTimestamp();
            foreach (var zone in _zones)
            {
                zone.Heartbeat();
            }
        }
    }

    private async Task<PollOutcome> PollAsync(CancellationToken cancellation)
    {
        _isUrgent = false;
        var waiting = Interlocked.Exchange(ref _next, NewPoll());
        try
        {
            var more = await PollOnceAsync(cancellation);
            _failures = 0;
            _parts.Reach.Reached(this);
            waiting.SetResult(true);
            return more ? PollOutcome.More : PollOutcome.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            waiting.SetResult(false);
            throw;
        }
#pragma warning disable CA1031 // The one catch-all of this loop: a follower goes on whatever the store does (rule 11).
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _parts.Counters.PollFailed();
            _failures++;
            _parts.Reach.Failed(this, problem);
            waiting.SetResult(false);
            return PollOutcome.Failed;
        }
    }

    private async Task<bool> PollOnceAsync(CancellationToken cancellation)
    {
        FollowedZone[] zones = [.. _zones.Where(z => z.Phase != FollowPhase.Resyncing)];
        if (zones.Length == 0)
        {
            return false;
        }

        var cursors = Array.ConvertAll(zones, z => z.Cursor);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _parts.Counters.Polled();
        var stamp = _parts.Clock.Send();
        try
        {
            var read = await _parts.Store.ReadShardAsync(_shard, cursors, _parts.Options.MaxEntriesPerPoll, abandon.Token)
                .AsTask().ResultWithin(_parts.Options.PollTimeout, _parts.Time, cancellation);
            return Take(read, zones, cursors, stamp, cancellation);
        }
        catch (TimeoutException)
        {
            abandon.Cancel();
            throw;
        }
    }

    private bool Take(ShardRead read, FollowedZone[] zones, ZoneCursor[] cursors, PollStamp stamp, CancellationToken cancellation)
    {
        var more = false;
        for (var i = 0; i < zones.Length; i++)
        {
            var zone = zones[i];
            if (!read.Zones[i].Exists)
            {
                if (zone.LoseStore())
                {
                    LogStoreLost(_parts.Log, zone.State.Zone);
                }
            }
            else if (ReasonToResync(zone, cursors[i], read.Zones[i], zone.IsServedAnew(read)) is { } reason)
            {
                _resyncs.Begin(zone, reason, this, cancellation);
            }
            else if (zone.Phase != FollowPhase.Faulted)
            {
                more |= Apply(zone, read.Zones[i], stamp, cancellation);
            }
        }

        return more;
    }

    private static ResyncReason? ReasonToResync(FollowedZone zone, ZoneCursor cursor, ZoneRead read, bool restarted)
    {
        var view = zone.State.View;
        return zone.Phase switch
        {
            FollowPhase.Resyncing => null,
            FollowPhase.Faulted => view.Epoch != read.Epoch ? ResyncReason.EpochChanged : null,
            FollowPhase.Unread when view.Epoch == default => ResyncReason.First,
            _ when view.Epoch != read.Epoch => ResyncReason.EpochChanged,
            _ when restarted => ResyncReason.StoreRestarted,
            _ when read.Head < cursor.Serial => ResyncReason.HeadBehind,
            _ when read.First > view.Serial + 1 => ResyncReason.Trimmed,
            FollowPhase.Following => null,
            _ => ResyncReason.OtherHistory,
        };
    }

    private bool Apply(FollowedZone zone, ZoneRead read, PollStamp stamp, CancellationToken cancellation)
    {
        var applied = false;
        foreach (var entry in read.Entries)
        {
            var outcome = zone.OfferPolled(entry);
            if (outcome == ApplyOutcome.Applied)
            {
                applied = true;
            }
            else if (outcome is ApplyOutcome.Gap or ApplyOutcome.Conflict)
            {
                _resyncs.Begin(zone, ResyncReason.OtherHistory, this, cancellation);
                return false;
            }
            else if (outcome == ApplyOutcome.Refused)
            {
                LogFaulted(_parts.Log, zone.State.Zone, zone.Fault);
                return false;
            }
        }

        if (read.Fault is { } fault)
        {
            zone.Stop($"the entry after {zone.State.View.Position} cannot be read: {fault}");
            LogFaulted(_parts.Log, zone.State.Zone, zone.Fault);
            return false;
        }

        var (before, end) = (zone.State.Horizon, zone.Complete(read, stamp));
        if (end == ApplyOutcome.Conflict)
        {
            _resyncs.Begin(zone, ResyncReason.OtherHistory, this, cancellation);
        }
        else if (end == ApplyOutcome.Applied)
        {
            _parts.Steadiness.Met(before, zone.State.Policy.MaxLag);
        }

        return end == ApplyOutcome.Gap && applied;
    }

    private static TaskCompletionSource<bool> NewPoll() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private enum PollOutcome
    {
        Done,
        More,
        Failed,
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "zone {Zone}: the store has no log for it any more (store-lost); serving degraded until 'zone restore' opens a new epoch")]
    private static partial void LogStoreLost(ILogger log, ZoneName zone);

    [LoggerMessage(Level = LogLevel.Error, Message = "zone {Zone} has stopped: {Fault}")]
    private static partial void LogFaulted(ILogger log, ZoneName zone, string fault);
}
