using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// One incarnation of a zone on one node: what caches compare entries with. A recreated, restored or remapped zone is another instance, and an entry
/// of another instance must be validated (PLANE.md 1, 14). Written by the follower only; reads never lock. Thread-safe.
/// </summary>
public sealed class ZoneState
{
    private static int _lastId;
    private readonly AppliedTimes _applied = new();
    private volatile ZoneView _view;
    private volatile ZonePolicy _policy;
    private long _horizon;
    private long _maxLag;
    private int _publishing;
    private long _recoversSince = long.MinValue / 2;
    private ulong _cutEpoch;
    private volatile string _storeRun = "";
    private volatile Doubt? _doubt;

    /// <summary>Makes a state that knows nothing yet; <paramref name="id"/> is unique in the process, <paramref name="seed"/> random.</summary>
    public ZoneState(ZoneName zone, int id, long seed, ZonePolicy policy, long timestampFrequency)
    {
        Zone = zone;
        Id = id;
        TimestampFrequency = timestampFrequency;
        Floors = new ZoneFloors(seed);
        _policy = policy;
        _maxLag = (long)(policy.MaxLag.TotalSeconds * timestampFrequency);
        _view = new ZoneView(zone, default, 0, 0, ImmutableDictionary<RecordKey, Record>.Empty, []);
        _horizon = long.MinValue / 2;
    }

    /// <summary>The zone.</summary>
    public ZoneName Zone { get; }

    /// <summary>Process-unique number of this incarnation, from 1; fits where a reference does not.</summary>
    public int Id { get; }

    /// <summary>Floors and generation.</summary>
    public ZoneFloors Floors { get; }

    /// <summary>Timestamp units per second of <see cref="Horizon"/>.</summary>
    public long TimestampFrequency { get; }

    /// <summary>Records and position as of the last applied entry.</summary>
    public ZoneView View => _view;

    /// <summary>The zone's policy.</summary>
    public ZonePolicy Policy => _policy;

    /// <summary>
    /// The node's own monotonic time (<see cref="TimeProvider.GetTimestamp"/>) at which it sent the last poll whose answer it has applied (PLANE.md 18).
    /// Far in the past before the first.
    /// </summary>
    public long Horizon => Volatile.Read(ref _horizon);

    /// <summary>
    /// When (monotonic) the zone was last read anew from a log that may lack what had been acknowledged: another epoch, or another process of the store. Far in the past when never. Its
    /// writers append again what they remember, and until then it is not as new as it says (PLANE.md 4).
    /// </summary>
    public long RecoversSince => Volatile.Read(ref _recoversSince);

    /// <summary>
    /// The epoch that lost its tail and goes on all the same, when <see cref="RecoversSince"/> tells of such a loss: a serial of it says nothing, since another entry may have taken it. Default
    /// when the log went on in a new epoch, as it should.
    /// </summary>
    public Epoch CutEpoch => new(Volatile.Read(ref _cutEpoch));

    /// <summary>What the node is not sure of since it read the zone anew; null when it never had to, or when that made all that was cached known old.</summary>
    public Doubt? Doubt => _doubt;

    /// <summary>The process of the store (<see cref="Stores.ShardRead.RunId"/>) whose log this is; empty before the first read.</summary>
    public string StoreRun => _storeRun;

    /// <summary>True when the horizon is older than max-lag at <paramref name="timestamp"/>.</summary>
    public bool IsLagging(long timestamp) => timestamp - Volatile.Read(ref _horizon) > Volatile.Read(ref _maxLag);

    /// <summary>
    /// A monotonic time of this node by which <paramref name="serial"/> had been applied for certain: what was asked for at or after it left with that knowledge.
    /// <see cref="long.MaxValue"/> when it has not been applied.
    /// </summary>
    public long AppliedBy(Epoch epoch, long serial) => _applied.AppliedBy(epoch, serial);

    /// <summary>
    /// The view and the generation that belongs to it: no floor of an entry later than the view is counted in. False while an entry is just being published; ask again.
    /// </summary>
    public bool TryReadStanding(out ZoneView view, out long generation)
    {
        var before = Volatile.Read(ref _publishing);
        generation = Floors.Generation;
        view = _view;
        return (before & 1) == 0 && Volatile.Read(ref _publishing) == before;
    }

    /// <summary>A cache has looked: nothing is left under <paramref name="doubt"/> that it may serve. Without effect when the zone has been read anew since.</summary>
    public void Settle(Doubt doubt) => Interlocked.CompareExchange(ref _doubt, doubt with { IsSettled = true, Unproven = null }, doubt);

    /// <summary>Follower only: the zone is being read anew, or has been.</summary>
    internal void SetDoubt(Doubt? doubt) => _doubt = doubt;

    /// <summary>Follower only: floors of an entry rise, then its view is swapped; between the two nobody reads a standing.</summary>
    internal void Publish(ZoneView view, ReadOnlySpan<FloorRise> rises)
    {
        Interlocked.Increment(ref _publishing);
        Floors.Raise(rises);
        _view = view;
        Interlocked.Increment(ref _publishing);
    }

    /// <summary>Follower only: the position is visible since <paramref name="timestamp"/> at the latest.</summary>
    internal void NoteApplied(Position position, long timestamp) => _applied.Note(position, timestamp);

    /// <summary>The next process-unique number.</summary>
    internal static int NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Follower only: the next view. Floors of the same entry are raised before.</summary>
    internal void Swap(ZoneView view) => _view = view;

    /// <summary>Follower only: a poll sent at <paramref name="timestamp"/> has been applied.</summary>
    internal void MoveHorizon(long timestamp) => Volatile.Write(ref _horizon, Math.Max(timestamp, Volatile.Read(ref _horizon)));

    /// <summary>Follower only: the log is read from that process of the store.</summary>
    internal void ServedBy(string run) => _storeRun = run;

    /// <summary>Follower only: the zone is read from a log that may have lost something.</summary>
    internal void Recover(long timestamp, Epoch cut)
    {
        Volatile.Write(ref _cutEpoch, cut.Value);
        Volatile.Write(ref _recoversSince, timestamp);
    }

    /// <summary>Follower only: a policy that keeps the hosts.</summary>
    internal void SetPolicy(ZonePolicy policy)
    {
        _policy = policy;
        Volatile.Write(ref _maxLag, (long)(policy.MaxLag.TotalSeconds * TimestampFrequency));
    }
}
