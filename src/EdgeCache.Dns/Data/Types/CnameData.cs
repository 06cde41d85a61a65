using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.1: the canonical name.</summary>
internal static class CnameData
{
    public static readonly RdataFormat Format = new(RecordType.CNAME, new NameField("a canonical name", compress: true));
}
