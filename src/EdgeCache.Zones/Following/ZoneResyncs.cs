using EdgeCache.Zones.Records;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Reads zones anew, a few at a time and each after a moment of chance, so that a thousand followers of a restarted store make no storm (PLANE.md 6). Owns its tasks: they
/// end with the cancellation, and <see cref="DrainAsync"/> waits for them.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose.
internal sealed partial class ZoneResyncs
#pragma warning restore CA1001
{
    private const int MaxAtOnce = 4;
    private readonly FollowerParts _parts;
    private readonly SnapshotReader _reader;
    private readonly SemaphoreSlim _room = new(MaxAtOnce);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];

    public ZoneResyncs(FollowerParts parts)
    {
        _parts = parts;
        _reader = new SnapshotReader(parts);
    }

    /// <summary>Raises the floor over the whole zone now, and reads it as soon as there is room.</summary>
    public void Begin(FollowedZone zone, ResyncReason reason, ShardFollower shard, CancellationToken cancellation)
    {
        if (!zone.BeginResync(reason))
        {
            return;
        }

        _parts.Counters.Resynced(reason);
        if (reason != ResyncReason.First)
        {
            LogResync(_parts.Log, zone.State.Zone, reason.Text());
        }

        var task = RunAsync(zone, reason, shard, cancellation);
        lock (_lock)
        {
            _running.RemoveWhere(t => t.IsCompleted);
            _running.Add(task);
        }
    }

    /// <summary>Waits until all have ended.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_running);
        }
    }

    private async Task RunAsync(FollowedZone zone, ResyncReason reason, ShardFollower shard, CancellationToken cancellation)
    {
        try
        {
            if (reason != ResyncReason.First)
            {
                await Task.Delay(_parts.Jitter.UpTo(_parts.Options.ResyncJitter), _parts.Time, cancellation);
            }

            await _room.WaitAsync(CancellationToken.None);
            try
            {
                await ReadUntilDoneAsync(zone, cancellation);
            }
            finally
            {
                _room.Release();
            }

            shard.PollSoon();
        }
        catch (OperationCanceledException)
        {
            // The follower ends; the zone stays as it is.
        }
    }

    private async Task ReadUntilDoneAsync(FollowedZone zone, CancellationToken cancellation)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                if (await _reader.ReadAsync(zone.State.Zone, zone.RaiseEverything, zone.Retained, cancellation) is { } snapshot)
                {
                    if (zone.State.Doubt is { IsRead: false })
                    {
                        await _parts.Peers.AskAsync(isUnsettled: true, cancellation);
                    }

                    var (before, isFirst) = (zone.State.Horizon, zone.State.View.Epoch == default);
                    zone.Load(snapshot);
                    if (!isFirst)
                    {
                        _parts.Steadiness.Met(before, zone.State.Policy.MaxLag);
                    }
                }
                else
                {
                    zone.LoseStore();
                }

                _parts.Reach.Reached(zone);
                return;
            }
#pragma warning disable CA1031 // The one catch-all of this loop: a resync is tried until it succeeds.
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _parts.Reach.Failed(zone, problem);
            }

            await Task.Delay(_parts.Jitter.BackOff(failures, _parts.Options.BackOffFirst, _parts.Options.BackOffLimit), _parts.Time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "zone {Zone} is read anew ({Reason}): everything cached of it needs validation")]
    private static partial void LogResync(ILogger log, ZoneName zone, string reason);
}
