using System.Buffers;
using System.Text;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data;

/// <summary>A whole RRset as text: one RDATA a line in presentation form, as records of the plane hold it (PROTOCOL.md).</summary>
internal static class RecordSetText
{
    /// <summary>Reads every line, or says what is wrong with the first that cannot be read.</summary>
    public static PresentationFault Parse(RecordType type, uint ttl, ReadOnlySpan<byte> value, DomainName apex, out RecordSet? set)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(value.Length + (2 * WireLimits.MaxName), ushort.MaxValue));
        try
        {
            return Parse(type, ttl, value, apex, buffer, out set);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static PresentationFault Parse(RecordType type, uint ttl, ReadOnlySpan<byte> value, DomainName apex, byte[] buffer, out RecordSet? set)
    {
        set = null;
        var lexer = new PresentationLexer(value);
        while (!lexer.AtEnd)
        {
            PresentationLexer ahead = lexer;
            int start = lexer.Position;
            if (!ahead.TryNext(out _) && ahead.Fault.IsNone)
            {
                lexer.SkipEntry();
                continue;
            }

            var data = new WireWriter(buffer);
            PresentationFault fault = Rdata.FormatOf(type).Parse(ref lexer, apex.Wire, ref data);
            if (!fault.IsNone)
            {
                return fault;
            }

            if (set is not null && type is RecordType.CNAME or RecordType.DNAME or RecordType.SOA)
            {
                return new PresentationFault(start, $"a name has one {RecordTypeText.Format(type)} at most");
            }

            set = set is null ? RecordSet.Of(type, ttl, data.Written) : set.With(ttl, data.Written);
            if (set is null)
            {
                return new PresentationFault(start, $"an RRset has at most {DataLimits.MaxRecordSet} octets");
            }

            lexer.SkipEntry();
        }

        return set is null ? new PresentationFault(0, "there is no record in it") : default;
    }

    public static string Format(RecordSet set)
    {
        var text = new StringBuilder();
        foreach (ReadOnlySpan<byte> data in set)
        {
            text.Append(text.Length == 0 ? "" : "\n");
            Rdata.FormatOf(set.Type).Format(data, text);
        }

        return text.ToString();
    }
}
