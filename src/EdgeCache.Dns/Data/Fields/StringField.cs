using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>One character-string, RFC 1035 §3.3.</summary>
internal sealed class StringField : RdataField
{
    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, "a string");
        }

        Span<byte> octets = stackalloc byte[byte.MaxValue];
        if (!PresentationText.TryUnescape(token.Text, octets, out int length, out _))
        {
            return Wrong(token, "a string of at most 255 octets");
        }

        return output.TryWriteByte((byte)length) && output.TryWriteBytes(octets[..length]) ? default : NoRoom(lexer);
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadByte(out byte length) && stored.TryReadBytes(length, out ReadOnlySpan<byte> octets))
        {
            PresentationText.WriteQuoted(octets, output);
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        message.Position < end && message.Message[message.Position] < end - message.Position
        && Copy(ref message, message.Message[message.Position] + 1, ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) =>
        !stored.AtEnd && Copy(ref stored, stored.Message[stored.Position] + 1, ref message);
}
