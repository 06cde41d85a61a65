using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.9: preference and mail exchange.</summary>
internal static class MxData
{
    public static readonly RdataFormat Format = new(RecordType.MX, new NumberField(2, "preference"), new NameField("a mail exchange", compress: true));
}
