using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 2782: priority, weight, port, target; never compressed.</summary>
internal static class SrvData
{
    public static readonly RdataFormat Format = new(
        RecordType.SRV,
        new NumberField(2, "priority"),
        new NumberField(2, "weight"),
        new NumberField(2, "port"),
        new NameField("a target", compress: false));
}
