using System.Globalization;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>Data of a type not known here, RFC 3597: octets, written <c>\# length hex</c>.</summary>
internal sealed class OpaqueField : RdataField
{
    public override PresentationFault Parse(scoped ref PresentationLexer lexer, ReadOnlySpan<byte> origin, scoped ref WireWriter output) =>
        new(lexer.Position, "this type has no text of its own here: write \\# <octets> <hexadecimal> (RFC 3597)");

    public override void Format(scoped ref WireReader stored, StringBuilder output)
    {
        if (stored.TryReadBytes(stored.Remaining, out ReadOnlySpan<byte> octets))
        {
            output.Append(CultureInfo.InvariantCulture, $@"\# {octets.Length}");
            output.Append(octets.IsEmpty ? "" : " ").Append(Convert.ToHexString(octets));
        }
    }

    public override bool TryRead(scoped ref WireReader message, int end, scoped ref WireWriter stored) =>
        end >= message.Position && Copy(ref message, end - message.Position, ref stored);

    public override bool TryWrite(scoped ref WireReader stored, scoped ref WireWriter message) => Copy(ref stored, stored.Remaining, ref message);
}
