using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Following;

/// <summary>
/// One zone in one follower: applies entries in order under a lock that hints and polls share. For each entry everything is worked out aside, then the floors rise,
/// then the view is swapped, so that whoever reads the view and then the floors never sees the entry's records without its floors.
/// </summary>
internal sealed class FollowedZone
{
    private readonly Lock _applying = new();
    private readonly IReadOnlyList<IZoneProjection> _projections;
    private readonly FloorInterest _interest;
    private readonly Action<FollowedZone, Settlement> _settle;
    private readonly Action<Position> _onApplied;
    private readonly GapMeter _gaps = new();
    private NameIndex? _names;
    private ulong _nonce;
    private bool _mayHaveLost;
    private bool _isDoubted;
    private volatile ZoneState _state;
    private long _head;
    private long _freshPoll;
    private volatile FollowPhase _phase = FollowPhase.Unread;

    public FollowedZone(ZoneState state, IReadOnlyList<IZoneProjection> projections, FloorInterest interest, Action<FollowedZone, Settlement> settle, Action<Position> onApplied)
    {
        _state = state;
        _projections = projections;
        _interest = interest;
        _settle = settle;
        _onApplied = onApplied;
    }

#if DEBUG
    /// <summary>Test builds only, see <see cref="FollowerOptions.TrustsEveryHint"/>.</summary>
    public bool TrustsEveryHint { get; init; }

    /// <summary>Test builds only, see <see cref="FollowerOptions.ResyncsWithoutFloor"/>.</summary>
    public bool ResyncsWithoutFloor { get; init; }

    /// <summary>Test builds only, see <see cref="FollowerOptions.RaisesNoFloors"/>.</summary>
    public bool RaisesNoFloors { get; init; }
#endif

    /// <summary>Called after the zone was read anew, not for the first time: the store may have lost what was acknowledged.</summary>
    public Action<Position>? OnReread { get; init; }

    /// <summary>The node's monotonic clock.</summary>
    public Func<long> Clock { get; init; } = static () => 0;

    /// <summary>See <see cref="Doubt.Limit"/>; 0: what is possibly old counts as known old.</summary>
    public long DoubtLimit { get; init; }

    /// <summary>The zone's present incarnation.</summary>
    public ZoneState State => _state;

    public FollowPhase Phase => _phase;

    /// <summary>Why the zone stopped.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Newest serial the log was seen to have.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Number of the last poll of the shard that was applied in full.</summary>
    public long FreshPoll => Volatile.Read(ref _freshPoll);

    public long Gaps
    {
        get
        {
            lock (_applying)
            {
                return _gaps.Gaps;
            }
        }
    }

    /// <summary>Where the next poll goes on.</summary>
    public ZoneCursor Cursor => _phase == FollowPhase.Unread ? new ZoneCursor(_state.Zone, default, 0) : new ZoneCursor(_state.Zone, _state.View.Epoch, _state.View.Serial);

    /// <summary>A hint came. Applied at once if it holds exactly the next entry.</summary>
    public ApplyOutcome Offer(Hint hint)
    {
        lock (_applying)
        {
            var view = _state.View;
            if (_phase != FollowPhase.Following)
            {
                return ApplyOutcome.Refused;
            }

#if DEBUG
            if (TrustsEveryHint && hint.Entry is not null && hint.Serial > view.Serial)
            {
                return ApplyNext(hint.Entry, view);
            }
#endif
            if (hint.Epoch != view.Epoch)
            {
                return ApplyOutcome.Gap;
            }

            if (hint.Serial <= view.Serial || hint.Entry is null || hint.Serial > view.Serial + 1)
            {
                _gaps.Hinted(hint.Serial, view.Serial);
                return hint.Serial <= view.Serial ? ApplyOutcome.Known : ApplyOutcome.Gap;
            }

            return Apply(hint.Entry);
        }
    }

    /// <summary>A poll brought an entry.</summary>
    public ApplyOutcome OfferPolled(LogEntry entry)
    {
        lock (_applying)
        {
            var outcome = _phase == FollowPhase.Following ? Apply(entry) : ApplyOutcome.Refused;
            if (outcome == ApplyOutcome.Applied)
            {
                _gaps.Polled(entry.Serial);
            }

            return outcome;
        }
    }

    /// <summary>
    /// All entries of a poll were offered. If they reach the head it told, the zone is as new as the sending of the poll. <see cref="ApplyOutcome.Gap"/>: there is more to read.
    /// </summary>
    public ApplyOutcome Complete(ZoneRead read, PollStamp stamp)
    {
        lock (_applying)
        {
            var view = _state.View;
            if (_phase != FollowPhase.Following)
            {
                return ApplyOutcome.Refused;
            }

            Volatile.Write(ref _head, Math.Max(read.Head, view.Serial));
            if (view.Serial < read.Head)
            {
                return ApplyOutcome.Gap;
            }

            if (view.Serial == read.Head && _nonce != read.HeadNonce)
            {
                return ApplyOutcome.Conflict;
            }

            MoveHorizon(stamp);
            return ApplyOutcome.Applied;
        }
    }

    /// <summary>
    /// True when another process serves the store than the one this zone was last read from, and may have lost its tail (PLANE.md 3). Asked of each zone and not of the shard: one
    /// that is being read anew just then takes no part in the shard's polls.
    /// </summary>
    public bool IsServedAnew(ShardRead read)
    {
        lock (_applying)
        {
            if (_phase == FollowPhase.Resyncing)
            {
                return false;
            }

            var known = _state.StoreRun;
            if (known.Length > 0 && known != read.RunId && !read.IsDurable)
            {
                return true;
            }

            _state.ServedBy(read.RunId);
            return false;
        }
    }

    /// <summary>A heartbeat has passed.</summary>
    public void Heartbeat()
    {
        lock (_applying)
        {
            _gaps.Settle();
        }
    }

    /// <summary>
    /// What was followed is not to be trusted: nothing cached so far may be served without validation, since what was lost in between is unknown. Entries are refused until
    /// <see cref="Load"/>. False when a resync runs already. A zone that stopped goes on in a new epoch.
    /// </summary>
    public bool BeginResync(ResyncReason reason)
    {
        lock (_applying)
        {
            if (_phase == FollowPhase.Resyncing)
            {
                return false;
            }

            Fault = "";
            _phase = FollowPhase.Resyncing;
            _mayHaveLost = reason is not (ResyncReason.First or ResyncReason.Trimmed);
            _isDoubted = DoubtLimit > 0 && reason != ResyncReason.First && _interest == FloorInterest.Pages; // Only who keeps pages, and settles them.
            RaiseEverything();
            return true;
        }
    }

    /// <summary>The head from which a snapshot starts has been read: fills that left before now may be older than it.</summary>
    public void RaiseEverything()
    {
#if DEBUG
        if (ResyncsWithoutFloor)
        {
            return;
        }
#endif
        if (!_isDoubted)
        {
            _state.Floors.Raise([new FloorRise(Selector.Everything, PurgeMode.Hard)]);
            return;
        }

        // The floor first: whoever meets it without its doubt fetches.
        var state = _state;
        state.Floors.RaiseDoubt();
        state.SetDoubt(Doubt.Begin(state.Doubt, state.Horizon, Clock(), DoubtLimit));
    }

    /// <summary>How the purges are read that the log still tells of; null where it makes no difference, since all counts as known old.</summary>
    public Func<RetainedPurges, ZoneRead, Task<RetainedRises>>? Retained => _isDoubted ? (purges, start) => purges.ReadAsync(start, Cursor, _nonce) : null;

    /// <summary>The store has no log for the zone; false when that is known already.</summary>
    public bool LoseStore()
    {
        lock (_applying)
        {
            if (_phase is FollowPhase.StoreLost or FollowPhase.Faulted)
            {
                return false;
            }

            _phase = FollowPhase.StoreLost;
            return true;
        }
    }

    /// <summary>Takes over a snapshot, and with it the floors of the entries that came while it was read.</summary>
    public void Load(ZoneSnapshot snapshot)
    {
        var names = (_interest & FloorInterest.Names) != 0 ? NameIndex.Of(snapshot.Records.Values) : null;
        var bare = new ZoneView(_state.Zone, snapshot.Epoch, snapshot.Serial, snapshot.SoaSerial, snapshot.Records, []) { Vector = snapshot.Vector };
        var view = With(bare, [.. _projections.Select(p => p.Build(bare))]);
        var isFirst = _state.View.Epoch == default;
        lock (_applying)
        {
            _names = names;
            var isOther = !isFirst && (_mayHaveLost || IsOther(snapshot));
            if (isOther || (isFirst && snapshot.EpochAge < ConsistencyGate.Recovery))
            {
                _state.Recover(snapshot.Stamp.SentAt, snapshot.Epoch == _state.View.Epoch ? snapshot.Epoch : default);
            }

            _state.SetDoubt(_state.Doubt?.Read(snapshot, _state.View, _mayHaveLost));
            _mayHaveLost = false;
            _nonce = snapshot.Nonce;
            _state.ServedBy(snapshot.RunId);
            _gaps.Restart();
            Volatile.Write(ref _head, snapshot.Serial);
            Publish(view, RisesOf(snapshot).AsSpan(), snapshot.Settlements);
            _phase = FollowPhase.Following;
            MoveHorizon(snapshot.Stamp);
        }

        if (!isFirst)
        {
            OnReread?.Invoke(view.Position);
        }
    }

    /// <summary>Stops the zone with a reason.</summary>
    public void Stop(string fault)
    {
        lock (_applying)
        {
            Fault = fault;
            _phase = FollowPhase.Faulted;
        }
    }

    /// <summary>The zone has got other hosts: a new incarnation that knows the same, so that every cached entry is validated (PLANE.md 14).</summary>
    public void Reincarnate(ZoneState state)
    {
        lock (_applying)
        {
            state.Swap(_state.View);
            state.MoveHorizon(_state.Horizon);
            state.ServedBy(_state.StoreRun);
            state.Recover(_state.RecoversSince, _state.CutEpoch);
            _state = state;
        }
    }

    /// <summary>
    /// What resolvers learnt while the zone was read was held against the position from before: its servers follow the log as well, and may have been behind (PLANE.md 30). An application is behind no
    /// log.
    /// </summary>
    private ImmutableArray<FloorRise> RisesOf(ZoneSnapshot snapshot) =>
        (_interest & FloorInterest.Names) != 0 ? [.. snapshot.Rises, new FloorRise(Selector.Everything, PurgeMode.Soft)] : snapshot.Rises;

    private bool IsOther(ZoneSnapshot snapshot) => _state.View.Epoch != snapshot.Epoch || _state.StoreRun != snapshot.RunId || snapshot.Serial < _state.View.Serial;

    private ApplyOutcome Apply(LogEntry entry)
    {
        var view = _state.View;
        if (entry.Epoch != view.Epoch)
        {
            return ApplyOutcome.Gap;
        }

        if (entry.Serial <= view.Serial)
        {
            return entry.Serial == view.Serial && entry.Nonce != _nonce ? ApplyOutcome.Conflict : ApplyOutcome.Known;
        }

        if (entry.Serial > view.Serial + 1)
        {
            return ApplyOutcome.Gap;
        }

        return entry.Previous == _nonce ? ApplyNext(entry, view) : ApplyOutcome.Conflict;
    }

    private ApplyOutcome ApplyNext(LogEntry entry, ZoneView view)
    {
        if (!EntryReader.TryRead(view.Records, entry, _interest.In(_state.Policy), _names, out var effect))
        {
            Stop($"entry {entry.Position} is of the kind {entry.Change.GetType().Name}, which this version does not know");
            return ApplyOutcome.Refused;
        }

        var next = new ZoneView(view.Zone, view.Epoch, entry.Serial, entry.SoaSerial, effect.Records, []) { Vector = OriginVector.After(view.Vector, entry) };
        next = With(next, [.. _projections.Select((p, i) => p.Apply(view.Projections[i], entry, next))]);
        _nonce = entry.Nonce;
        Volatile.Write(ref _head, Math.Max(_head, entry.Serial));
        Publish(next, effect.Rises.AsSpan(), effect.Settlements);
        return ApplyOutcome.Applied;
    }

    private void Publish(ZoneView view, ReadOnlySpan<FloorRise> rises, ImmutableArray<Settlement> settlements)
    {
        var state = _state;
#if DEBUG
        rises = RaisesNoFloors ? [] : rises;
#endif
        state.Publish(view, rises);
        _onApplied(view.Position);
        foreach (var settlement in settlements)
        {
            _settle(this, settlement);
        }
    }

    private void MoveHorizon(PollStamp stamp)
    {
        _state.MoveHorizon(stamp.SentAt);
        Volatile.Write(ref _freshPoll, Math.Max(_freshPoll, stamp.Number));
    }

    private static ZoneView With(ZoneView view, ImmutableArray<object> projections) =>
        new(view.Zone, view.Epoch, view.Serial, view.SoaSerial, view.Records, projections) { Vector = view.Vector };
}
