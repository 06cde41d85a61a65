using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 8659 §4.1: flags, property tag, value.</summary>
internal static class CaaData
{
    public static readonly RdataFormat Format = new(RecordType.CAA, new NumberField(1, "flags"), new CaaTagField(), new QuotedRestField());
}
