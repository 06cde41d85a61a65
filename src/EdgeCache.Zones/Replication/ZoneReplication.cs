using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// One zone followed from one region. Where it stands is in the own store only (the vector, moved by the commits themselves), so it resumes after any end. The other log is read
/// without a gap and its chain of nonces is checked; what does not fit — another epoch, a trimmed log, a tail that was lost and written anew — leads to a compare of all records.
/// </summary>
internal sealed partial class ZoneReplication
{
    private readonly ZoneName _zone;
    private readonly ReplicatorParts _parts;
    private readonly DueHeads _due = new();
    private readonly FullCompare _compare;
    private readonly PeerStanding _standing;
    private static readonly TimeSpan OwnLook = TimeSpan.FromSeconds(1);
    private string _region = "";
    private long _watchedAt = long.MinValue / 2;
    private OriginStamp _vector;
    private LogPlace? _place;

    public ZoneReplication(ZoneName zone, ReplicatorParts parts)
    {
        _zone = zone;
        _parts = parts;
        _compare = new FullCompare(zone, parts);
        _standing = new PeerStanding(zone, parts);
    }

    /// <summary>Where the other region's log is taken over up to; null before the first read.</summary>
    public Position? Position => _place is { } place ? new Position(_zone, place.Epoch, place.Serial, _region) : null;

    /// <summary>Entries of the other log that are not taken over yet, as far as known.</summary>
    public long Behind { get; private set; }

    /// <summary>Monotonic time of the last read that found nothing left to take over.</summary>
    public long CaughtUpAt { get; private set; } = long.MinValue / 2;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                var isBusy = await StepAsync(cancellation);
                failures = 0;
                await Task.Delay(isBusy ? TimeSpan.Zero : _parts.Options.Window > TimeSpan.Zero ? _parts.Options.Window : _parts.Options.Look, _parts.Time, cancellation);
            }
#pragma warning disable CA1031 // The one catch-all of this loop: replication goes on when its trouble is over.
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _parts.Counters.Failed();
                _place = null;
                if (failures++ == 0)
                {
                    LogTrouble(_parts.Log, _zone.Value, _parts.Source.Address, fault.Message);
                }

                await Task.Delay(_parts.Jitter.BackOff(failures, _parts.Options.Look, _parts.Options.BackOffLimit), _parts.Time, cancellation);
            }
        }
    }

    /// <summary>Reads once and takes over what is due; false when there was nothing to do.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await WatchOwnAsync(cancellation);
        var place = _place ?? await ResumeAsync(cancellation);
        var delay = await DelayAsync(cancellation);
        var askedAt = _parts.Time.GetTimestamp();
        var waits = delay == TimeSpan.Zero && _parts.Options.Window == TimeSpan.Zero;
        var page = await _parts.Within(_parts.Source.ReadAsync(_zone, place.Epoch, place.Serial, waits ? _parts.Options.LongPoll : TimeSpan.Zero, cancellation), cancellation);
        if (!page.Exists)
        {
            throw new StoreException($"{_parts.Source.Address} has no log for {_zone}");
        }

        if (!place.Continues(page))
        {
            await CompareAsync(page, cancellation);
            return true;
        }

        _due.See(page.Epoch, page.Head, _parts.Time.GetTimestamp());
        var due = delay == TimeSpan.Zero ? page.Head : _due.Due(_parts.Time.GetTimestamp() - (long)(delay.TotalSeconds * _parts.Time.TimestampFrequency));
        foreach (var entry in page.Entries.TakeWhile(e => e.Serial <= due))
        {
            if (!place.TryNext(entry, out var next))
            {
                await CompareAsync(page, cancellation);
                return true;
            }

            if (_parts.Options.Mirrors)
            {
                // All of it, also what was first committed elsewhere: a copy follows this one log only.
                await CommitAsync(entry with { Origin = new OriginStamp(_region, entry.Epoch, entry.Serial) }, cancellation);
            }
            else if (entry.Origin.Region == _region && entry.Origin.Epoch == entry.Epoch)
            {
                if (entry.Origin.Serial != entry.Serial)
                {
                    throw new StoreException($"entry {entry.Serial} of {_region} says that it is {entry.Origin.Serial}");
                }

                await CommitAsync(entry, cancellation);
            }

            _place = place = next;
        }

        Behind = page.Head - place.Serial;
        CaughtUpAt = Behind == 0 ? askedAt : CaughtUpAt;
        if (!_parts.Options.Mirrors)
        {
            await _standing.NoteAsync(_region, page, place, cancellation);
        }

        return page.Entries.Count > 0 && place.Serial < due;
    }

    /// <summary>The own store may have lost its tail, and with it entries that were taken over: then its vector is not where this replicator left it.</summary>
    private async Task WatchOwnAsync(CancellationToken cancellation)
    {
        if (_place is null || _parts.Time.GetElapsedTime(_watchedAt) < OwnLook)
        {
            return;
        }

        _watchedAt = _parts.Time.GetTimestamp();
        var here = await _parts.ReadLocalAsync(_zone, default, 0, cancellation);
        var stands = here.Vector.Where(v => v.Region == _region).Select(v => (OriginStamp?)v).FirstOrDefault() ?? new OriginStamp(_region, default, 0);
        _place = stands == _vector ? _place : null;
    }

    private async Task<LogPlace> ResumeAsync(CancellationToken cancellation)
    {
        var page = await _parts.Within(_parts.Source.ReadAsync(_zone, default, 0, TimeSpan.Zero, cancellation), cancellation);
        if (page.Region == _parts.Local.Region)
        {
            throw new StoreException($"{_parts.Source.Address} is of the region '{page.Region}', as this one is: each region needs a name of its own");
        }

        _region = page.Region;
        var here = await _parts.ReadLocalAsync(_zone, default, 0, cancellation);
        var known = here.Vector.Where(v => v.Region == _region).Select(v => (OriginStamp?)v).FirstOrDefault();
        _vector = known ?? new OriginStamp(_region, default, 0);
        if (!page.Exists)
        {
            throw new StoreException($"{_parts.Source.Address} has no log for {_zone}");
        }

        if (!_parts.Options.Mirrors)
        {
            // Before anything is taken over: from now on tombstones wait for it.
            await _standing.RegisterAsync(_region, here, cancellation);
        }

        var place = known is { } at ? await new ResumePlace(_zone, _parts).FindAsync(at, page, here, cancellation)
            : page.First <= 1 ? new LogPlace(page.Epoch, 0, 0)
            : null;
        return _place = place is null ? await CompareAsync(page, cancellation) : place;
    }

    private async Task CommitAsync(LogEntry entry, CancellationToken cancellation)
    {
        var request = RegionCommit.Of(entry, _vector, _parts.Options.Mirrors);
        var result = await _parts.Within(_parts.Local.CommitAsync(request, cancellation), cancellation);
        if (result.Outcome == CommitOutcome.NotPossible)
        {
            _parts.Counters.LeftOut(request.Writes.Count);
            LogImpossible(_parts.Log, _zone.Value, entry.ChangeId, result.Error ?? "");
            result = await _parts.Within(_parts.Local.CommitAsync(request with { Writes = [] }, cancellation), cancellation);
        }

        if (result.Outcome == CommitOutcome.ClockSkew)
        {
            _parts.Counters.Skewed();
        }

        if (result.Outcome != CommitOutcome.Committed)
        {
            throw new StoreException($"entry {entry.Serial} of {_region} was not taken: {result.Outcome}");
        }

        _vector = entry.Origin;
        _parts.Counters.Committed(result.Losers.Count(l => l is not null));
    }

    private async Task<LogPlace> CompareAsync(RegionPage page, CancellationToken cancellation)
    {
        LogCompares(_parts.Log, _zone.Value, _parts.Source.Address);
        _place = null;
        var to = new OriginStamp(_region, page.Epoch, page.Head);
        await _compare.RunAsync(_vector, to, page, cancellation);
        _vector = to;
        var place = new LogPlace(page.Epoch, page.Head, page.HeadNonce);
        _place = place;
        return place;
    }

    private async ValueTask<TimeSpan> DelayAsync(CancellationToken cancellation)
    {
        var policy = await _parts.PolicyAsync(_zone, cancellation);
        return policy.ReplicationDelay > _parts.Options.Delay ? policy.ReplicationDelay : _parts.Options.Delay;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "replication of {Zone} from {Source} waits: {Why}")]
    private static partial void LogTrouble(ILogger log, string zone, string source, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the log of {Zone} at {Source} does not go on where this region stands: all records are compared")]
    private static partial void LogCompares(ILogger log, string zone, string source);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Zone}: the writes of change {Change} are left out here: {Why}")]
    private static partial void LogImpossible(ILogger log, string zone, string change, string why);
}
