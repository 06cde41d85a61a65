using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>A zone of <see cref="ZonesAhead"/>: good for answers, not yet for secondaries.</summary>
internal sealed class AheadZone(ZoneSnapshot file) : IZoneSource
{
    public DomainName Apex => file.Apex;

    public ZoneSnapshot? Current => file;

    public ZoneSnapshot? Settled => null;

    public uint? TtlLimit => null;
}
