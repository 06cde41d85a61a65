using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>Octets up to the end of the data as hexadecimal digits, with blanks between octets allowed.</summary>
internal sealed class HexField : RdataField
{
    private readonly int _minimum;
    private readonly string _what;

    public HexField(string what, int minimum)
    {
        _what = what;
        _minimum = minimum;
    }

    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        int start = output.Position;
        int high = -1;
        while (lexer.TryNext(out PresentationToken token))
        {
            foreach (byte digit in token.Text)
            {
                int value = Value(digit);
                if (value < 0)
                {
                    return Wrong(token, $"hexadecimal ({_what})");
                }

                if (high >= 0 && !output.TryWriteByte((byte)((high << 4) | value)))
                {
                    return NoRoom(lexer);
                }

                high = high >= 0 ? -1 : value;
            }
        }

        if (!lexer.Fault.IsNone || output.Position - start < _minimum)
        {
            return Missing(lexer, _what);
        }

        return high < 0 ? default : new PresentationFault(lexer.Position, $"{_what} has an odd number of hexadecimal digits");
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadBytes(stored.Remaining, out ReadOnlySpan<byte> octets))
        {
            output.Append(Convert.ToHexString(octets));
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        end - message.Position >= _minimum && Copy(ref message, end - message.Position, ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, stored.Remaining, ref message);

    private static int Value(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
