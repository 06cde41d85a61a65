using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.11: a host that serves the zone.</summary>
internal static class NsData
{
    public static readonly RdataFormat Format = new(RecordType.NS, new NameField("a name server", compress: true));
}
