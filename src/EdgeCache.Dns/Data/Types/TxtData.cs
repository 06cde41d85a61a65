using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.14: one or more strings.</summary>
internal static class TxtData
{
    public static readonly RdataFormat Format = new(RecordType.TXT, new StringsField());
}
