using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 9460 §9: as SVCB.</summary>
internal static class HttpsData
{
    public static readonly RdataFormat Format = new(
        RecordType.HTTPS,
        new NumberField(2, "priority"),
        new NameField("a target", compress: false),
        new SvcParamsField());
}
