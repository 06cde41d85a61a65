using System.Text;

namespace EdgeCache.Dns.Wire;

/// <summary>Names in presentation form, RFC 1035 §5.1 and RFC 4343 §2.1: labels between dots, <c>\.</c> and <c>\DDD</c> escapes.</summary>
internal static class NameText
{
    /// <summary>
    /// Reads one name of UTF-8 or plain octets. A name without a final dot is completed with <paramref name="origin"/>; an empty origin refuses such
    /// names. <paramref name="destination"/> holds <see cref="WireLimits.MaxName"/> octets.
    /// </summary>
    public static NameFault Parse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> origin, Span<byte> destination, out int length)
    {
        length = 0;
        if (text.Length == 0)
        {
            return NameFault.Empty;
        }

        if (text is [(byte)'.'])
        {
            destination[0] = 0;
            length = 1;
            return NameFault.None;
        }

        int label = 0;
        int at = 1;
        bool absolute = false;
        for (int i = 0; i < text.Length;)
        {
            byte octet = text[i];
            absolute = octet == (byte)'.';
            if (absolute)
            {
                if (at == label + 1)
                {
                    return NameFault.EmptyLabel;
                }

                destination[label] = (byte)(at - label - 1);
                label = at++;
                i++;
            }
            else
            {
                int used = PresentationEscape.Read(text[i..], out octet);
                if (used == 0)
                {
                    return NameFault.BadEscape;
                }

                i += used;
                if (at - label > WireLimits.MaxLabel)
                {
                    return NameFault.LabelTooLong;
                }

                if (at >= WireLimits.MaxName - 1)
                {
                    return NameFault.NameTooLong;
                }

                destination[at++] = octet;
            }

            if (at >= WireLimits.MaxName + 1)
            {
                return NameFault.NameTooLong;
            }
        }

        return Finish(absolute, label, at, origin, destination, out length);
    }

    public static void Format(ReadOnlySpan<byte> name, StringBuilder output)
    {
        if (NameBytes.IsRoot(name))
        {
            output.Append('.');
            return;
        }

        for (; !NameBytes.IsRoot(name); name = NameBytes.Parent(name))
        {
            foreach (byte octet in name.Slice(1, name[0]))
            {
                PresentationEscape.WriteLabelOctet(octet, output);
            }

            output.Append('.');
        }
    }

    private static NameFault Finish(
        bool absolute, int label, int at, ReadOnlySpan<byte> origin, Span<byte> destination, out int length)
    {
        length = 0;
        if (absolute)
        {
            destination[label] = 0;
            length = label + 1;
            return NameFault.None;
        }

        if (origin.Length == 0)
        {
            return NameFault.NoOrigin;
        }

        destination[label] = (byte)(at - label - 1);
        if (at + origin.Length > WireLimits.MaxName)
        {
            return NameFault.NameTooLong;
        }

        origin.CopyTo(destination[at..]);
        length = at + origin.Length;
        return NameFault.None;
    }
}
