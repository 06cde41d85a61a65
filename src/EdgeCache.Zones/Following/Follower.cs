using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Follows every zone of a store: hints make it quick, polls make it right. Reading it never locks and never fails; <see cref="RunAsync"/> does the following and
/// returns only when cancelled. Until it runs, the node counts as suspect. Thread-safe.
/// </summary>
public sealed partial class Follower : IFollower
{
    private static readonly TimeSpan ResyncPause = TimeSpan.FromMilliseconds(10);
    private readonly FollowerParts _parts;
    private readonly FollowedZones _zones;
    private readonly ShardFollower[] _shards = new ShardFollower[ZoneName.ShardCount];
    private readonly ZoneResyncs _resyncs;
    private readonly NodeReporter _reporter;
    private readonly DirectoryWatch _directory;
    private readonly TickWatch _ticks;
    private readonly Settlements _settlements;
    private readonly string _instance;

    /// <summary>Makes a follower of <paramref name="store"/>. <paramref name="random"/> is used under a lock and by this follower only.</summary>
    public Follower(
        IZoneStore store, FollowerOptions options, IReadOnlyList<IZoneProjection> projections, TimeProvider time, Random random, ILogger<Follower> log)
    {
        var jitter = new Jitter(random);
        _instance = jitter.NextSeed().ToString("x16");
        _parts = new FollowerParts(store, options, time, jitter, new PollClock(time), new FollowerCounters(), new StoreReach(log, options.Node), log);
        _ticks = new TickWatch(time, options.TickLimit);
        _settlements = new Settlements(time);
        _reporter = new NodeReporter(_parts, Report);
        _resyncs = new ZoneResyncs(_parts);
        _zones = new FollowedZones(_parts, state => new FollowedZone(state, projections, options.Interest, _settlements.Add, OnApplied)
        {
            Clock = time.GetTimestamp,
            DoubtLimit = (long)(options.DoubtLimit.TotalSeconds * time.TimestampFrequency),
            OnReread = position => Reread?.Invoke(position),
#if DEBUG
            TrustsEveryHint = options.TrustsEveryHint,
            ResyncsWithoutFloor = options.ResyncsWithoutFloor,
            RaisesNoFloors = options.RaisesNoFloors,
#endif
        });
        for (var shard = 0; shard < _shards.Length; shard++)
        {
            _shards[shard] = new ShardFollower(shard, _parts, _resyncs);
        }

        _directory = new DirectoryWatch(_parts, _zones, ShareOut);
    }

    /// <summary>A zone was read anew because its log was another than before: what was acknowledged lately may be lost. The handler must not block or throw.</summary>
    public event Action<Position>? Reread;

    /// <inheritdoc/>
    public ZoneMap Zones => _zones.Map;

    /// <summary>What has been met since the start.</summary>
    public FollowerCounters Counters => _parts.Counters;

    /// <summary>Gaps in the hints that polls repaired, since the start.</summary>
    public long Gaps => _zones.All.Sum(z => z.Gaps);

    /// <summary>True when every zone of the directory has been read once: what readiness asks for.</summary>
    public bool IsReady => _zones.Version != 0 && _zones.All.All(z => z.Phase != FollowPhase.Unread && z.State.View.Epoch != default);

    /// <inheritdoc/>
    public int Peers => _parts.Peers.Known;

    /// <inheritdoc/>
    public PlaneHealth HealthOf(ZoneState zone, long timestamp)
    {
#if DEBUG
        if (_parts.Options.NeverLags)
        {
            return PlaneHealth.Healthy;
        }
#endif
        if (_ticks.IsOverdue(timestamp))
        {
            return PlaneHealth.Suspect;
        }

        if (zone.Horizon < _ticks.WokeAt)
        {
            // Where no poll can be had, waiting for one at every request would help nobody: the node is lagging until one succeeds.
            return _shards[zone.Zone.Shard].Failures > 0 ? PlaneHealth.Lagging : PlaneHealth.Suspect;
        }

        return zone.IsLagging(timestamp) ? PlaneHealth.Lagging : PlaneHealth.Healthy;
    }

    /// <inheritdoc/>
    public async ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation)
    {
        await IsFreshWithinAsync(zone.Zone, limit, null, cancellation);
        return HealthOf(_zones.Find(zone.Zone)?.State ?? zone, _parts.Time.GetTimestamp());
    }

    /// <inheritdoc/>
    public async ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation)
    {
        if (HasReached(position))
        {
            return true;
        }

        // An acknowledged change is in the log before its position is known to anybody: if a read sent from now on does not bring it, nothing ever will.
        await IsFreshWithinAsync(position.Zone, limit, position, cancellation);
        return HasReached(position);
    }

    /// <summary>Follows until cancelled. Call once.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var hints = _parts.Store.Subscribe(OnHint);
        List<Task> loops =
        [
            new Ticker(_ticks, _parts.Time, _parts.Options, OnLateTick).RunAsync(stop.Token),
            _directory.RunAsync(stop.Token),
            .. _parts.Options.Reports ? new[] { _reporter.RunAsync(stop.Token) } : [],
            _settlements.RunAsync(stop.Token),
            .. _shards.Select(s => s.RunAsync(stop.Token)),
        ];
        try
        {
            await await Task.WhenAny(loops);
        }
        finally
        {
            stop.Cancel();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await _resyncs.DrainAsync();
        }
    }

    /// <summary>Where the node stands in each zone, for people.</summary>
    public IReadOnlyList<FollowStatus> Describe()
    {
        var now = _parts.Time.GetTimestamp();
        return [.. _zones.All.OrderBy(z => z.State.Zone.Value, StringComparer.Ordinal).Select(z => Describe(z, now))];
    }

    private FollowStatus Describe(FollowedZone zone, long now) => new()
    {
        Position = zone.State.View.Position,
        Phase = zone.Phase,
        Health = HealthOf(zone.State, now),
        HorizonAge = zone.FreshPoll == 0 ? null : _parts.Time.GetElapsedTime(zone.State.Horizon, now),
        Head = zone.Head,
        Floors = zone.State.Floors.Count,
        FloorsFolded = zone.State.Floors.Folds,
        Generation = zone.State.Floors.Generation,
        Detail = zone.Fault,
    };

    private async Task<bool> IsFreshWithinAsync(ZoneName name, TimeSpan limit, Position? enough, CancellationToken cancellation)
    {
        if (_zones.Find(name) is not { } zone)
        {
            return false;
        }

        var (asked, began, shard) = (_parts.Clock.Sent, _parts.Time.GetTimestamp(), _shards[name.Shard]);
        while (zone.FreshPoll <= asked && !(enough is { } position && HasReached(position)))
        {
            var rest = limit - _parts.Time.GetElapsedTime(began);
            if (rest <= TimeSpan.Zero)
            {
                return false;
            }

            var poll = shard.PollNow();
            if (!await poll.EndsWithin(rest, _parts.Time, cancellation) || shard.Failures > 1)
            {
                return false;
            }

            if (zone.FreshPoll <= asked)
            {
                // The zone is being read anew or the store has lost it: asking without a pause would not make that quicker.
                await Task.Delay(ResyncPause, _parts.Time, cancellation);
            }
        }

        return true;
    }

    private bool HasReached(Position position) =>
        (position.Region.Length == 0 || position.Region == _parts.Store.Region)
        && _zones.Find(position.Zone)?.State.View is { } view && view.Epoch == position.Epoch && view.Serial >= position.Serial;

    private void OnHint(Hint hint)
    {
        _parts.Counters.Hinted();
        if (_zones.Find(hint.Zone) is not { } zone)
        {
            _directory.ReadSoon();
            return;
        }

        if (zone.Offer(hint) is ApplyOutcome.Gap or ApplyOutcome.Conflict)
        {
            _shards[hint.Zone.Shard].PollSoon();
        }
    }

    private void OnApplied(Position position)
    {
        _zones.Find(position.Zone)?.State.NoteApplied(position, _parts.Time.GetTimestamp());
        _reporter.Applied(position);
    }

    private void OnLateTick()
    {
        _parts.Counters.Suspected();
        foreach (var shard in _shards)
        {
            _ = shard.PollNow();
        }
    }

    private void ShareOut()
    {
        for (var shard = 0; shard < _shards.Length; shard++)
        {
            _shards[shard].Follow(_zones.OfShard(shard));
        }
    }

    private static IReadOnlyList<UnprovenSpan>? Unproven(IEnumerable<FollowedZone> zones, long now)
    {
        var doubts = zones.Select(z => z.State.Doubt).OfType<Doubt>().Where(d => !d.IsOver(now)).ToList();
        return doubts.Count == 0 ? null : [.. doubts.Select(d => d.Unproven).OfType<UnprovenSpan>()];
    }

    private NodeReport Report()
    {
        var zones = _zones.All;
        var now = _parts.Time.GetTimestamp();
        var oldest = zones.Max(z => z.FreshPoll == 0 ? TimeSpan.FromDays(1) : _parts.Time.GetElapsedTime(z.State.Horizon, now));
        var lease = zones.Max(z => z.State.Policy.MaxLag);
        return new NodeReport
        {
            Node = _parts.Options.Node,
            Role = _parts.Options.Role,
            Instance = _instance,
            Positions = [.. zones.Where(z => z.State.View.Epoch != default).Select(z => z.State.View.Position)],
            Unproven = Unproven(zones, now),
            HorizonAgeMilliseconds = (long)oldest.TotalMilliseconds,
            ReportedAt = _parts.Time.GetUtcNow().ToUnixTimeMilliseconds(),
            LeaseMilliseconds = (long)lease.TotalMilliseconds,
            SteadySince = _parts.Steadiness.UnixMilliseconds(oldest, lease),
            GapsRepaired = Gaps,
            Resyncs = _parts.Counters.Resyncs,
            Work = _parts.Options.Work?.Invoke(),
        };
    }
}
