using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.12: some other name.</summary>
internal static class PtrData
{
    public static readonly RdataFormat Format = new(RecordType.PTR, new NameField("a name", compress: true));
}
