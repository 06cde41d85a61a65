using System.Text;
using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data;

/// <summary>
/// The data of one record type as a sequence of fields. "Stored" form is uncompressed wire form: what zones and caches keep. Stateless.
/// </summary>
internal sealed class RdataFormat
{
    private readonly RdataField[] _fields;

    public RdataFormat(RecordType type, params RdataField[] fields)
    {
        Type = type;
        _fields = fields;
    }

    public RecordType Type { get; }

    /// <summary>Reads presentation form up to the end of the entry, <c>\#</c> of RFC 3597 §5 included.</summary>
    public PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        PresentationLexer start = lexer;
        if (lexer.TryNext(out PresentationToken first) && first.Is("\\#"))
        {
            return ParseGeneric(ref lexer, ref output);
        }

        lexer = start;
        int begin = output.Position;
        foreach (RdataField field in _fields)
        {
            PresentationFault fault = field.Parse(ref lexer, origin, ref output);
            if (!fault.IsNone)
            {
                output.Rewind(begin);
                return fault;
            }
        }

        if (lexer.TryNext(out PresentationToken extra))
        {
            // With a parenthesis left open, that is what is wrong and not the first word of the next line.
            output.Rewind(begin);
            while (lexer.TryNext(out _))
            {
            }

            return !lexer.Fault.IsNone ? lexer.Fault : new PresentationFault(extra.Offset, $"{RecordTypeText.Format(Type)} data ends before this word");
        }

        return lexer.Fault;
    }

    /// <summary>Presentation form of stored data.</summary>
    public void Format(ReadOnlySpan<byte> stored, StringBuilder output)
    {
        var reader = new WireReader(stored);
        for (int i = 0; i < _fields.Length; i++)
        {
            int before = output.Length;
            output.Append(i == 0 ? "" : " ");
            int start = output.Length;
            _fields[i].Format(ref reader, output);

            // An empty last field leaves no blank behind.
            output.Length = output.Length == start ? before : output.Length;
        }
    }

    /// <summary>
    /// Takes the data of a record out of a message: expands names, checks every length. False when malformed; nothing is appended then.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> message, int offset, int length, scoped ref WireWriter stored)
    {
        int start = stored.Position;
        int end = offset + length;
        var reader = new WireReader(message, offset);
        foreach (RdataField field in _fields)
        {
            if (!field.TryRead(ref reader, end, ref stored))
            {
                stored.Rewind(start);
                return false;
            }
        }

        if (reader.Position != end)
        {
            stored.Rewind(start);
            return false;
        }

        return true;
    }

    /// <summary>Writes stored data into a message, with compression where the type allows. False: no room; nothing is written then.</summary>
    public bool TryWrite(ReadOnlySpan<byte> stored, scoped ref WireWriter message)
    {
        int start = message.Position;
        var reader = new WireReader(stored);
        foreach (RdataField field in _fields)
        {
            if (!field.TryWrite(ref reader, ref message))
            {
                message.Rewind(start);
                return false;
            }
        }

        return true;
    }

    private PresentationFault ParseGeneric(scoped ref PresentationLexer lexer, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken count) || !count.TryGetNumber(ushort.MaxValue, out uint length))
        {
            return new PresentationFault(count.Text.IsEmpty ? lexer.Position : count.Offset, "the number of octets is expected behind \\#");
        }

        byte[] octets = new byte[length];
        var data = new WireWriter(octets);
        int at = lexer.Position;
        PresentationFault fault = new HexField("data", 0).Parse(ref lexer, default, ref data);
        if (!fault.IsNone)
        {
            return data.Remaining == 0 ? new PresentationFault(at, $"more than the {length} octets announced") : fault;
        }

        if (data.Remaining != 0)
        {
            return new PresentationFault(at, $"{data.Position} octets instead of the {length} announced");
        }

        return TryRead(octets, 0, octets.Length, ref output)
            ? default
            : new PresentationFault(at, $"these octets are no {RecordTypeText.Format(Type)} data");
    }
}
