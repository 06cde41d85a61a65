using System.Text;

namespace EdgeCache.Dns.Wire;

/// <summary>The escapes of presentation form, RFC 1035 §5.1: a backslash before three decimal digits or before any other character.</summary>
internal static class PresentationEscape
{
    /// <summary>Reads one octet at the start of a text that is not empty; returns how many characters it took, 0 for a broken escape.</summary>
    public static int Read(ReadOnlySpan<byte> text, out byte octet)
    {
        octet = text[0];
        if (octet != (byte)'\\')
        {
            return 1;
        }

        if (text.Length < 2)
        {
            return 0;
        }

        octet = text[1];
        if (!IsDigit(octet))
        {
            return 2;
        }

        if (text.Length < 4 || !IsDigit(text[2]) || !IsDigit(text[3]))
        {
            return 0;
        }

        int value = ((text[1] - '0') * 100) + ((text[2] - '0') * 10) + (text[3] - '0');
        octet = unchecked((byte)value);
        return value <= byte.MaxValue ? 4 : 0;
    }

    /// <summary>An octet of a label: what master files give a meaning is escaped, what is not printable becomes digits.</summary>
    public static void WriteLabelOctet(byte octet, StringBuilder output)
    {
        if (octet is (byte)'.' or (byte)'"' or (byte)'\\' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$')
        {
            output.Append('\\').Append((char)octet);
        }
        else if (octet is > 0x20 and < 0x7F)
        {
            output.Append((char)octet);
        }
        else
        {
            WriteDigits(octet, output);
        }
    }

    /// <summary>The same as octets; returns how many, four at most.</summary>
    public static int WriteLabelOctet(byte octet, Span<byte> output)
    {
        if (octet is (byte)'.' or (byte)'"' or (byte)'\\' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$')
        {
            output[0] = (byte)'\\';
            output[1] = octet;
            return 2;
        }

        if (octet is > 0x20 and < 0x7F)
        {
            output[0] = octet;
            return 1;
        }

        output[0] = (byte)'\\';
        output[1] = (byte)('0' + (octet / 100));
        output[2] = (byte)('0' + (octet / 10 % 10));
        output[3] = (byte)('0' + (octet % 10));
        return 4;
    }

    /// <summary>An octet between quotes.</summary>
    public static void WriteQuotedOctet(byte octet, StringBuilder output)
    {
        if (octet is (byte)'"' or (byte)'\\')
        {
            output.Append('\\').Append((char)octet);
        }
        else if (octet is >= 0x20 and < 0x7F)
        {
            output.Append((char)octet);
        }
        else
        {
            WriteDigits(octet, output);
        }
    }

    private static void WriteDigits(byte octet, StringBuilder output) =>
        output.Append('\\').Append((char)('0' + (octet / 100))).Append((char)('0' + (octet / 10 % 10))).Append((char)('0' + (octet % 10)));

    private static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';
}
