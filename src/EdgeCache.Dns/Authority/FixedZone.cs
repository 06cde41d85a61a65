using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>A zone that changes only when its owner loads another version.</summary>
internal sealed class FixedZone : IZoneSource
{
    private volatile ZoneSnapshot _current;

    public FixedZone(ZoneSnapshot current) => _current = current;

    public DomainName Apex => _current.Apex;

    public ZoneSnapshot Current => _current;

    public ZoneSnapshot Settled => _current;

    public uint? TtlLimit => null;

    public void Swap(ZoneSnapshot next) => _current = next;
}
