using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>One or more character-strings up to the end of the data, RFC 1035 §3.3.14.</summary>
internal sealed class StringsField : RdataField
{
    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        bool any = false;
        Span<byte> octets = stackalloc byte[byte.MaxValue + 1];
        while (lexer.TryNext(out PresentationToken token))
        {
            any = true;
            if (!PresentationText.TryUnescape(token.Text, octets[1..], out int length, out bool tooLong))
            {
                return Wrong(token, tooLong ? "a string of at most 255 octets; cut it into several strings" : "a string: an escape is not \\DDD or \\X");
            }

            octets[0] = (byte)length;
            if (!output.TryWriteBytes(octets[..(length + 1)]))
            {
                return NoRoom(lexer);
            }
        }

        return any && lexer.Fault.IsNone ? default : Missing(lexer, "a string");
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        for (bool first = true; stored.TryReadByte(out byte length) && stored.TryReadBytes(length, out ReadOnlySpan<byte> octets); first = false)
        {
            output.Append(first ? "" : " ");
            PresentationText.WriteQuoted(octets, output);
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored)
    {
        int start = message.Position;
        int at = start;
        while (at < end && message.Message[at] < end - at)
        {
            at += message.Message[at] + 1;
        }

        return at == end && end > start && Copy(ref message, end - start, ref stored);
    }

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, stored.Remaining, ref message);
}
