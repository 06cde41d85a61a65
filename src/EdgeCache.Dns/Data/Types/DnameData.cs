using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 6672 §2.1: where the subtree leads; never compressed (§2.5).</summary>
internal static class DnameData
{
    public static readonly RdataFormat Format = new(RecordType.DNAME, new NameField("a target", compress: false));
}
