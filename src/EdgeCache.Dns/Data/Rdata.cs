using System.Text;
using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data;

/// <summary>Finds the format of a type and converts single data: text, stored form (uncompressed wire form), message.</summary>
internal static class Rdata
{
    private static readonly RdataFormat?[] Known = Build();

    /// <summary>The format of a type; types without one of their own are opaque, RFC 3597.</summary>
    public static RdataFormat FormatOf(RecordType type) =>
        (int)type < Known.Length && Known[(int)type] is { } known ? known : new RdataFormat(type, new OpaqueField());

    /// <summary>Presentation form to stored form.</summary>
    public static PresentationFault Parse(RecordType type, ReadOnlySpan<byte> text, DomainName origin, out byte[] stored)
    {
        byte[] buffer = new byte[Math.Min(text.Length + WireLimits.MaxName + WireLimits.MaxName, ushort.MaxValue)];
        var lexer = new PresentationLexer(text);
        var writer = new WireWriter(buffer);
        PresentationFault fault = FormatOf(type).Parse(ref lexer, origin.Wire, ref writer);
        stored = fault.IsNone ? writer.Written.ToArray() : [];
        return fault;
    }

    public static PresentationFault Parse(RecordType type, string text, DomainName origin, out byte[] stored) =>
        Parse(type, Encoding.UTF8.GetBytes(text), origin, out stored);

    public static string Format(RecordType type, ReadOnlySpan<byte> stored)
    {
        var text = new StringBuilder();
        FormatOf(type).Format(stored, text);
        return text.ToString();
    }

    /// <summary>The data of a record in a message, expanded and checked. Without allocation for types that have a format.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, RecordHeader record, scoped ref WireWriter stored) =>
        FormatOf(record.Type).TryRead(message, record.DataOffset, record.DataLength, ref stored);

    /// <summary>Stored data without regard to the case of names in types of RFC 1035 (RFC 4034 §6.2): what makes two records the same.</summary>
    public static bool AreSame(RecordType type, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        type is RecordType.NS or RecordType.CNAME or RecordType.PTR or RecordType.DNAME
            ? NameBytes.Equal(left, right)
            : left.SequenceEqual(right);

    private static RdataFormat?[] Build()
    {
        RdataFormat[] formats =
        [
            AData.Format, AaaaData.Format, NsData.Format, SoaData.Format, CnameData.Format, DnameData.Format, PtrData.Format, MxData.Format,
            TxtData.Format, SrvData.Format, CaaData.Format, DsData.Format, SvcbData.Format, HttpsData.Format, HinfoData.Format,
            .. OtherNames.Formats,
        ];
        var known = new RdataFormat?[formats.Max(static f => (int)f.Type) + 1];
        foreach (RdataFormat format in formats)
        {
            known[(int)format.Type] = format;
        }

        return known;
    }
}
