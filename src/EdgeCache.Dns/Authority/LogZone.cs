using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Dns.Authority;

/// <summary>A zone whose versions the follower makes, entry by entry.</summary>
internal sealed class LogZone : IZoneSource
{
    private readonly ZoneState _state;
    private readonly bool _isCopy;
    private readonly IFollower _follower;
    private readonly TimeProvider _time;

    public LogZone(ZoneState state, DomainName apex, bool isCopy, IFollower follower, TimeProvider time)
    {
        (_follower, _time) = (follower, time);
        _state = state;
        _isCopy = isCopy;
        Apex = apex;
    }

    public DomainName Apex { get; }

    /// <summary>Null until the first poll has been applied, and in a copy until the log it is copied from stands in the vector: an empty zone must not be taken for the zone.</summary>
    public ZoneSnapshot? Current
    {
        get
        {
            ZoneView view = _state.View;
            return view.Epoch == default || (_isCopy && view.Vector.Count == 0) ? null : view.Projection<ZoneSnapshot>();
        }
    }

    public ZoneSnapshot? Settled => Current;

    /// <summary>Past max-lag nobody knows whether the zone changed: what is told is kept for the degraded TTL at most (PLANE.md 21).</summary>
    public uint? TtlLimit
    {
        get
        {
            long now = _time.GetTimestamp();
            return _state.IsLagging(now) && _follower.HealthOf(_state, now) != PlaneHealth.Healthy ? (uint)Math.Max(0, _state.Policy.DegradedTtl.TotalSeconds) : null;
        }
    }
}
