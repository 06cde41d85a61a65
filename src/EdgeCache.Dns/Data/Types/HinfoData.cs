using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.2: processor and system.</summary>
internal static class HinfoData
{
    public static readonly RdataFormat Format = new(RecordType.HINFO, new StringField(), new StringField());
}
