using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 9460 §2: priority, target, parameters.</summary>
internal static class SvcbData
{
    public static readonly RdataFormat Format = new(
        RecordType.SVCB,
        new NumberField(2, "priority"),
        new NameField("a target", compress: false),
        new SvcParamsField());
}
