using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Dns.Authority;

/// <summary>A zone whose versions the follower makes, entry by entry.</summary>
internal sealed class LogZone : IZoneSource
{
    private readonly ZoneState _state;
    private readonly bool _isCopy;

    public LogZone(ZoneState state, DomainName apex, bool isCopy)
    {
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
}
