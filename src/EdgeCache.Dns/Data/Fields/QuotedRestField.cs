using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>The octets up to the end of the data, written as one string of any length, RFC 8659 §4.1.1.</summary>
internal sealed class QuotedRestField : RdataField
{
    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, "a value");
        }

        for (ReadOnlySpan<byte> rest = token.Text; !rest.IsEmpty;)
        {
            int used = PresentationEscape.Read(rest, out byte octet);
            if (used == 0)
            {
                return Wrong(token, "a string: an escape is not \\DDD or \\X");
            }

            if (!output.TryWriteByte(octet))
            {
                return NoRoom(lexer);
            }

            rest = rest[used..];
        }

        return default;
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadBytes(stored.Remaining, out ReadOnlySpan<byte> octets))
        {
            PresentationText.WriteQuoted(octets, output);
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        end >= message.Position && Copy(ref message, end - message.Position, ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, stored.Remaining, ref message);
}
