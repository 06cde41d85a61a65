using System.Globalization;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>An unsigned number of 8, 16 or 32 bits.</summary>
internal sealed class NumberField : RdataField
{
    private readonly int _octets;
    private readonly string _what;

    public NumberField(int octets, string what)
    {
        _octets = octets;
        _what = what;
    }

    private uint Maximum => _octets switch { 1 => byte.MaxValue, 2 => ushort.MaxValue, _ => uint.MaxValue };

    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, _what);
        }

        if (!token.TryGetNumber(Maximum, out uint value))
        {
            return Wrong(token, $"a number from 0 to {Maximum} ({_what})");
        }

        return TryWriteNumber(ref output, value) ? default : NoRoom(lexer);
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (TryReadNumber(ref stored, out uint value))
        {
            output.Append(CultureInfo.InvariantCulture, $"{value}");
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        end - message.Position >= _octets && Copy(ref message, _octets, ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, _octets, ref message);

    private bool TryReadNumber(scoped ref WireReader reader, out uint value)
    {
        switch (_octets)
        {
            case 1:
                bool one = reader.TryReadByte(out byte octet);
                value = octet;
                return one;
            case 2:
                bool two = reader.TryReadUInt16(out ushort word);
                value = word;
                return two;
            default:
                return reader.TryReadUInt32(out value);
        }
    }

    private bool TryWriteNumber(scoped ref WireWriter writer, uint value) => _octets switch
    {
        1 => writer.TryWriteByte((byte)value),
        2 => writer.TryWriteUInt16((ushort)value),
        _ => writer.TryWriteUInt32(value),
    };
}
