using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 4034 §5: key tag, algorithm, digest type, digest.</summary>
internal static class DsData
{
    public static readonly RdataFormat Format = new(
        RecordType.DS,
        new NumberField(2, "key tag"),
        new NumberField(1, "algorithm"),
        new NumberField(1, "digest type"),
        new HexField("digest", minimum: 1));
}
