using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>Values of service parameters between text and octets, RFC 9460 §7, §8 and appendix A.</summary>
internal static class SvcParamText
{
    /// <summary>Takes a value whose string escapes are resolved. A parameter named by number has plain octets.</summary>
    public static bool TryParse(ushort key, bool generic, ReadOnlySpan<byte> text, out byte[] value)
    {
        value = text.ToArray();
        if (generic)
        {
            return true;
        }

        var output = new List<byte>();
        bool parsed = (SvcParamKey)key switch
        {
            SvcParamKey.Mandatory => TryParseKeys(text, output),
            SvcParamKey.Alpn => TryParseAlpn(text, output),
            SvcParamKey.NoDefaultAlpn or SvcParamKey.Ohttp => text.IsEmpty,
            SvcParamKey.Port => TryParsePort(text, output),
            SvcParamKey.Ipv4Hint => TryParseAddresses(text, 4, output),
            SvcParamKey.Ipv6Hint => TryParseAddresses(text, 16, output),
            SvcParamKey.Ech => TryParseBase64(text, output),
            _ => Append(text, output),
        };
        value = [.. output];
        return parsed;
    }

    public static void Format(ushort key, ReadOnlySpan<byte> value, StringBuilder output)
    {
        if (key > (ushort)SvcParamKey.Ohttp || !SvcParamRules.IsWellFormed(key, value))
        {
            output.Append(SvcParamKeyText.FormatGeneric(key));
            FormatOctets(value, output);
            return;
        }

        output.Append(SvcParamKeyText.Format(key));
        switch ((SvcParamKey)key)
        {
            case SvcParamKey.Mandatory:
                FormatList(value, 2, static (item, text) => text.Append(SvcParamKeyText.Format(BinaryPrimitives.ReadUInt16BigEndian(item))), output);
                break;
            case SvcParamKey.Alpn:
                FormatAlpn(value, output);
                break;
            case SvcParamKey.Port:
                output.Append(CultureInfo.InvariantCulture, $"={BinaryPrimitives.ReadUInt16BigEndian(value)}");
                break;
            case SvcParamKey.Ipv4Hint:
                FormatList(value, 4, AddressField.Format, output);
                break;
            case SvcParamKey.Ipv6Hint:
                FormatList(value, 16, AddressField.Format, output);
                break;
            case SvcParamKey.Ech:
                output.Append('=').Append(Convert.ToBase64String(value));
                break;
            default:
                FormatOctets(value, output);
                break;
        }
    }

    private static void FormatOctets(ReadOnlySpan<byte> value, StringBuilder output)
    {
        if (!value.IsEmpty)
        {
            output.Append('=');
            PresentationText.WriteQuoted(value, output);
        }
    }

    private delegate void ItemFormat(ReadOnlySpan<byte> item, StringBuilder output);

    private static void FormatList(ReadOnlySpan<byte> value, int size, ItemFormat format, StringBuilder output)
    {
        for (char before = '='; !value.IsEmpty; before = ',', value = value[size..])
        {
            output.Append(before);
            format(value[..size], output);
        }
    }

    private static void FormatAlpn(ReadOnlySpan<byte> value, StringBuilder output)
    {
        output.Append("=\"");
        for (string comma = ""; !value.IsEmpty; comma = ",", value = value[(value[0] + 1)..])
        {
            output.Append(comma);
            foreach (byte octet in value.Slice(1, value[0]))
            {
                // A comma or backslash of an item is escaped for the list, and that backslash for the string (RFC 9460 §A.1).
                if (octet is (byte)',' or (byte)'\\')
                {
                    output.Append(@"\\");
                }

                PresentationEscape.WriteQuotedOctet(octet, output);
            }
        }

        output.Append('"');
    }

    private static bool TryParseAlpn(ReadOnlySpan<byte> text, List<byte> output)
    {
        int lengthAt = 0;
        output.Add(0);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)',')
            {
                if (!CloseItem(output, lengthAt))
                {
                    return false;
                }

                lengthAt = output.Count;
                output.Add(0);
                continue;
            }

            if (text[i] == (byte)'\\' && (++i == text.Length || text[i] is not ((byte)',' or (byte)'\\')))
            {
                return false;
            }

            output.Add(text[i]);
        }

        return CloseItem(output, lengthAt);
    }

    private static bool CloseItem(List<byte> output, int lengthAt)
    {
        int length = output.Count - lengthAt - 1;
        output[lengthAt] = (byte)Math.Min(length, byte.MaxValue);
        return length is > 0 and <= byte.MaxValue;
    }

    private static bool TryParseKeys(ReadOnlySpan<byte> text, List<byte> output)
    {
        var keys = new SortedSet<ushort>();
        foreach (Range range in text.Split((byte)','))
        {
            if (!SvcParamKeyText.TryParse(text[range], out ushort key, out _) || !keys.Add(key))
            {
                return false;
            }
        }

        foreach (ushort key in keys)
        {
            output.Add((byte)(key >> 8));
            output.Add((byte)(key & 0xFF));
        }

        return keys.Count > 0;
    }

    private static bool TryParsePort(ReadOnlySpan<byte> text, List<byte> output)
    {
        if (!new PresentationToken(text, 0, false).TryGetNumber(ushort.MaxValue, out uint port))
        {
            return false;
        }

        output.Add((byte)(port >> 8));
        output.Add((byte)(port & 0xFF));
        return true;
    }

    private static bool TryParseAddresses(ReadOnlySpan<byte> text, int octets, List<byte> output)
    {
        Span<byte> address = stackalloc byte[16];
        foreach (Range range in text.Split((byte)','))
        {
            if (!AddressField.TryParse(text[range], address[..octets]))
            {
                return false;
            }

            output.AddRange(address[..octets]);
        }

        return output.Count > 0;
    }

    private static bool TryParseBase64(ReadOnlySpan<byte> text, List<byte> output)
    {
        byte[] octets = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, octets, out _, out int written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        output.AddRange(octets.AsSpan(0, written));
        return written > 0;
    }

    private static bool Append(ReadOnlySpan<byte> text, List<byte> output)
    {
        output.AddRange(text);
        return true;
    }
}
