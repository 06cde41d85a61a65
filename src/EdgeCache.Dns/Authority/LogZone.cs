using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Dns.Authority;

/// <summary>A zone whose versions the follower makes, entry by entry.</summary>
internal sealed class LogZone : IZoneSource
{
    private readonly ZoneState _state;

    public LogZone(ZoneState state, DomainName apex)
    {
        _state = state;
        Apex = apex;
    }

    public DomainName Apex { get; }

    /// <summary>Null until the first poll has been applied: an empty zone must not be taken for the zone.</summary>
    public ZoneSnapshot? Current
    {
        get
        {
            ZoneView view = _state.View;
            return view.Epoch == default ? null : view.Projection<ZoneSnapshot>();
        }
    }

    public ZoneSnapshot? Settled => Current;
}
