using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>
/// Types that are rare, but whose names some servers compress (RFC 3597 §4), so that a cache must take them apart: RFC 1035 §3.3 (MB, MG, MR, MINFO),
/// RFC 1183 (RP, AFSDB, RT), RFC 2230 (KX), RFC 3403 (NAPTR).
/// </summary>
internal static class OtherNames
{
    public static readonly RdataFormat[] Formats =
    [
        new((RecordType)7, new NameField("a mailbox host", compress: true)),
        new((RecordType)8, new NameField("a mailbox", compress: true)),
        new((RecordType)9, new NameField("a mailbox", compress: true)),
        new((RecordType)14, new NameField("a mailbox", compress: true), new NameField("a mailbox", compress: true)),
        new((RecordType)17, new NameField("a mailbox", compress: false), new NameField("a text name", compress: false)),
        new((RecordType)18, new NumberField(2, "subtype"), new NameField("a host", compress: false)),
        new((RecordType)21, new NumberField(2, "preference"), new NameField("a host", compress: false)),
        new(
            (RecordType)35,
            new NumberField(2, "order"),
            new NumberField(2, "preference"),
            new StringField(),
            new StringField(),
            new StringField(),
            new NameField("a replacement", compress: false)),
        new((RecordType)36, new NumberField(2, "preference"), new NameField("an exchanger", compress: false)),
    ];
}
