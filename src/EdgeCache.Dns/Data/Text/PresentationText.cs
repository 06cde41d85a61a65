using System.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Text;

/// <summary>Strings in presentation form, RFC 1035 §5.1.</summary>
internal static class PresentationText
{
    /// <summary>Resolves escapes. False: a broken escape, or more octets than the destination holds.</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> destination, out int length, out bool tooLong)
    {
        length = 0;
        tooLong = false;
        while (!text.IsEmpty)
        {
            int used = PresentationEscape.Read(text, out byte octet);
            tooLong = used != 0 && length == destination.Length;
            if (used == 0 || tooLong)
            {
                return false;
            }

            destination[length++] = octet;
            text = text[used..];
        }

        return true;
    }

    public static void WriteQuoted(ReadOnlySpan<byte> octets, StringBuilder output)
    {
        output.Append('"');
        foreach (byte octet in octets)
        {
            PresentationEscape.WriteQuotedOctet(octet, output);
        }

        output.Append('"');
    }
}
