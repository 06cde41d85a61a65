using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Brings the changes of another region into this one's store (PLANE.md 25 to 27), all its zones: each entry once, in order, with its original stamp, merged by the zone's rule.
/// Only entries that were first committed there are taken, so nothing runs in a circle. Reports itself in the node directory. Thread-safe.
/// </summary>
public sealed partial class Replicator
{
    private readonly ReplicatorParts _parts;
    private readonly Dictionary<ZoneName, FollowedLog> _zones = [];
    private readonly Lock _lock = new();
    private readonly string _instance;
    private long _reports;
    private bool _hasMet;

    /// <summary>A replicator from <paramref name="source"/> into <paramref name="local"/>.</summary>
    public Replicator(IRegionLog source, IZoneStore local, ReplicatorOptions options, TimeProvider time, Random random, ILogger<Replicator> log)
    {
        _parts = new ReplicatorParts(new CheckedRegionLog(source), local, options, time, random, log);
        _instance = random.NextInt64().ToString("x16");
    }

    /// <summary>Its name.</summary>
    public string Name => _parts.Options.Name;

    /// <summary>What it has done.</summary>
    public ReplicatorCounters Counters => _parts.Counters;

    /// <summary>Entries not taken over yet, all zones together, as far as known.</summary>
    public long Behind => Look().Sum(z => z.Behind);

    /// <summary>Where the other region's log of a zone is taken over up to; null when that is not known yet.</summary>
    public Position? PositionOf(ZoneName zone)
    {
        lock (_lock)
        {
            return _zones.GetValueOrDefault(zone)?.Log.Position;
        }
    }

    /// <summary>Time since this replicator last asked and had nothing left to take over of a zone; <see cref="TimeSpan.MaxValue"/> when it never had.</summary>
    public TimeSpan AgeOf(ZoneName zone)
    {
        lock (_lock)
        {
            return _zones.GetValueOrDefault(zone)?.Log is { } known && known.CaughtUpAt > long.MinValue / 2 ? _parts.Time.GetElapsedTime(known.CaughtUpAt) : TimeSpan.MaxValue;
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await FindZonesAsync(cancellation);
                await _parts.Within(ReportAsync(cancellation), cancellation);
            }
#pragma warning disable CA1031 // The one catch-all of this loop; the loops of the zones have their own.
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _parts.Counters.Failed();
                LogNoZones(_parts.Log, _parts.Source.Address, fault.Message);
            }

            await Task.Delay(_parts.Options.DirectoryLook, _parts.Time, cancellation);
        }
    }

    private async Task FindZonesAsync(CancellationToken cancellation)
    {
        if (!_hasMet && !_parts.Options.Mirrors)
        {
            await HoldTombstonesAsync(cancellation);
        }

        var there = await _parts.Within(_parts.Source.ReadDirectoryAsync(cancellation), cancellation);
        var here = await _parts.Within(_parts.Local.ReadDirectoryAsync(cancellation), cancellation);
        var region = (await _parts.Within(_parts.Source.ReadAsync(ZoneName.Default, default, 0, TimeSpan.Zero, cancellation), cancellation)).Region;

        // Where regions both take writes, each removes its own copy: what was removed here does not come back because the other still has it.
        var removedHere = there.Zones.All(z => here.Find(z.Zone) is not null) ? [] : await _parts.Within(RemovedZones.ReadAsync(_parts.Local, cancellation), cancellation);
        foreach (var zone in there.Zones)
        {
            // PLANE.md 26: preconditions are decided where the zone was made.
            var hasHome = _parts.Options.Mirrors || zone.Policy.Conflict == ConflictRule.Reject;
            var wanted = hasHome && zone.Policy.HomeRegion.Length == 0 ? zone.Policy with { HomeRegion = region } : zone.Policy;
            var known = here.Find(zone.Zone);
            if (known is null && !_parts.Options.Mirrors && removedHere.Contains(zone.Zone))
            {
                continue;
            }

            if (known is null && !_parts.Options.Mirrors && wanted.Hosts.Count > 0)
            {
                wanted = wanted with { Hosts = FreeHosts(wanted, here) };
            }

            if (known is null || (_parts.Options.Mirrors && ZonePolicyJson.Write(known.Policy) != ZonePolicyJson.Write(wanted)))
            {
                var first = known is null && _parts.Options.Mirrors ? await BelowSerialAsync(zone.Zone, cancellation) : null;
                await _parts.Local.PutZoneAsync(new ZoneDefinition(zone.Zone, wanted) { FirstSoaSerial = first }, cancellation);
            }

            Follow(zone.Zone, cancellation);
        }

        if (!_hasMet && !_parts.Options.Mirrors)
        {
            foreach (var zone in here.Zones.Where(z => there.Find(z.Zone) is null))
            {
                await new PeerStanding(zone.Zone, _parts).ReleaseAsync(cancellation);
            }
        }

        _hasMet = true;
        if (_parts.Options.Mirrors)
        {
            await RemoveGoneAsync([.. here.Zones.Where(z => z.Zone != ZoneName.Default && there.Find(z.Zone) is null)], region, cancellation);
        }
    }

    /// <summary>A host that belongs to a zone here stays there, whatever another region's new zone says: its purges reach that zone's entries.</summary>
    private List<string> FreeHosts(ZonePolicy wanted, ZoneDirectory here)
    {
        var taken = here.Zones.SelectMany(z => z.Policy.Hosts).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var free = wanted.Hosts.Where(h => !taken.Contains(h)).ToList();
        if (free.Count < wanted.Hosts.Count)
        {
            LogHostsTaken(_parts.Log, _parts.Source.Address, wanted.Hosts.Count - free.Count);
        }

        return free;
    }

    /// <summary>
    /// Zones that the primary has no more: those that it says were removed, and of which this store holds a copy of the primary's. A directory that lacks them is not enough: a primary whose store
    /// was emptied, or another one, lacks them too. The directory was read first, so one that was made again meanwhile is only made again here.
    /// </summary>
    private async Task RemoveGoneAsync(IReadOnlyList<ZoneDefinition> gone, string region, CancellationToken cancellation)
    {
        if (gone.Count == 0)
        {
            return;
        }

        var removed = await _parts.Within(_parts.Source.ReadRemovedAsync(cancellation), cancellation);
        foreach (var zone in gone.Where(z => removed.Contains(z.Zone)))
        {
            if (!(region.Length > 0 && zone.Policy.HomeRegion == region)
                && (await _parts.ReadLocalAsync(zone.Zone, default, 0, cancellation)).Vector.All(v => v.Region != region))
            {
                continue;
            }

            await UnfollowAsync(zone.Zone);
            await RemovedZones.NoteAsync(_parts.Local, zone.Zone, cancellation);
            await _parts.Within(_parts.Local.DeleteZoneAsync(zone.Zone, cancellation), cancellation);
            LogRemoved(_parts.Log, zone.Zone.Value, _parts.Source.Address);
        }
    }

    private async Task UnfollowAsync(ZoneName zone)
    {
        FollowedLog? followed;
        lock (_lock)
        {
            _zones.Remove(zone, out followed);
        }

        if (followed is not null)
        {
            followed.Stop.Cancel();
            await followed.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            followed.Stop.Dispose();
        }
    }

    /// <summary>A copy shows the SOA serials of its primary: it begins below them, as each commit takes the one that stands there.</summary>
    private async Task<uint?> BelowSerialAsync(ZoneName zone, CancellationToken cancellation)
    {
        var there = await _parts.Within(_parts.Source.ReadAsync(zone, default, 0, TimeSpan.Zero, cancellation), cancellation);
        return there.SoaSerial == 0 ? null : Math.Max(1, unchecked(there.SoaSerial - SoaSerial.MayBeLost)); // serial arithmetic wraps by definition
    }

    /// <summary>Until the other region has been met, it may hold anything: no tombstone goes that it may lack (PLANE.md 26).</summary>
    private async Task HoldTombstonesAsync(CancellationToken cancellation)
    {
        foreach (var zone in (await _parts.Within(_parts.Local.ReadDirectoryAsync(cancellation), cancellation)).Zones)
        {
            await new PeerStanding(zone.Zone, _parts).HoldAsync(cancellation);
        }
    }

    private void Follow(ZoneName zone, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_zones.ContainsKey(zone))
            {
                return;
            }

            var log = new ZoneReplication(zone, _parts);
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _zones.Add(zone, new FollowedLog(log, stop, log.RunAsync(stop.Token)));
        }
    }

    private async ValueTask<bool> ReportAsync(CancellationToken cancellation)
    {
        var zones = Look();
        await _parts.Local.ReportAsync(
            new NodeReport
            {
                Node = Name,
                Role = NodeReport.ReplicatorRole,
                Instance = _instance,
                Positions = [.. zones.Select(z => z.Position).OfType<Position>()],
                HorizonAgeMilliseconds = zones.Count == 0 ? 0 : (long)zones.Max(z => Math.Min(_parts.Time.GetElapsedTime(z.CaughtUpAt).TotalMilliseconds, int.MaxValue)),
                ReportedAt = _parts.Time.GetUtcNow().ToUnixTimeMilliseconds(),
                LeaseMilliseconds = (long)((_parts.Options.Delay + _parts.Options.Window + _parts.Options.CallTimeout).TotalMilliseconds * 2),
                Sequence = ++_reports,
            },
            cancellation);
        return true;
    }

    private List<ZoneReplication> Look()
    {
        lock (_lock)
        {
            return [.. _zones.Values.Select(z => z.Log)];
        }
    }

    private sealed record FollowedLog(ZoneReplication Log, CancellationTokenSource Stop, Task Running);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a new zone of {Source} lists {Count} hosts that belong to a zone here; they stay there")]
    private static partial void LogHostsTaken(ILogger log, string source, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "zone {Zone} was removed at {Source}, and is removed here")]
    private static partial void LogRemoved(ILogger log, string zone, string source);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the zones of {Source} cannot be read: {Why}")]
    private static partial void LogNoZones(ILogger log, string source, string why);
}
