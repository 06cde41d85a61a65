using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>The property tag of a CAA record: letters and digits behind a length octet, RFC 8659 §4.1.</summary>
internal sealed class CaaTagField : RdataField
{
    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output)
    {
        if (!lexer.TryNext(out PresentationToken token))
        {
            return Missing(lexer, "a property tag");
        }

        if (!IsTag(token.Text))
        {
            return Wrong(token, "a property tag: letters and digits");
        }

        return output.TryWriteByte((byte)token.Text.Length) && output.TryWriteBytes(token.Text) ? default : NoRoom(lexer);
    }

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadByte(out byte length) && stored.TryReadBytes(length, out ReadOnlySpan<byte> tag))
        {
            output.Append(Encoding.ASCII.GetString(tag));
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored)
    {
        WireReader at = message;
        return at.TryReadByte(out byte length) && at.TryReadBytes(length, out ReadOnlySpan<byte> tag) && at.Position <= end
            && IsTag(tag) && Copy(ref message, length + 1, ref stored);
    }

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) =>
        !stored.AtEnd && Copy(ref stored, stored.Message[stored.Position] + 1, ref message);

    private static bool IsTag(ReadOnlySpan<byte> tag)
    {
        foreach (byte octet in tag)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet))
            {
                return false;
            }
        }

        return tag.Length is > 0 and <= byte.MaxValue;
    }
}
