using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeCache.Zones.Records;

/// <summary>
/// Names of DNS records relative to their zone, in the one form that keys have: labels joined by <c>.</c>, lower case (RFC 4343), and every octet but letters, digits,
/// <c>-</c> and <c>_</c> as <c>\DDD</c> (RFC 1035 §5.1), a dot within a label too. So neither a dot nor a slash in a key is anything but what it seems.
/// </summary>
public static class RecordName
{
    /// <summary>Longest name, in octets and dots between labels; the zone's own are not counted here.</summary>
    public const int MaxLength = 253;

    private const int MaxLabel = 63;
    private const int EscapeLength = 4;
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Reads a name that may have escapes, <c>\DDD</c> or <c>\</c> before any other character; false for what is no name.</summary>
    public static bool TryNormalise(string text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (text.Length > MaxLength * EscapeLength)
        {
            return false;
        }

        var output = new StringBuilder(text.Length);
        var (total, label) = (0, 0);
        for (var at = 0; at < text.Length; total++)
        {
            if (text[at] == '.')
            {
                if (label == 0)
                {
                    return false;
                }

                output.Append('.');
                (label, at) = (0, at + 1);
                continue;
            }

            if (!TryTake(text, ref at, isAlone: label == 0, out var octet) || ++label > MaxLabel)
            {
                return false;
            }

            // An asterisk is one only alone (RFC 4592 §2.1.1), however it was written.
            var isAsterisk = octet == '*' && label == 1 && (at == text.Length || text[at] == '.');
            Append(output, octet, isAsterisk);
        }

        name = output.ToString();
        return label > 0 && total <= MaxLength;
    }

    /// <summary>Writes one label, of at least one octet, as keys have it.</summary>
    public static void AppendLabel(StringBuilder output, ReadOnlySpan<byte> label)
    {
        foreach (var octet in label)
        {
            Append(output, octet, isAsterisk: label.Length == 1);
        }
    }

    private static void Append(StringBuilder output, byte octet, bool isAsterisk)
    {
        var character = (char)octet;
        if (Plain.Contains(character) || (isAsterisk && character == '*'))
        {
            output.Append(char.ToLowerInvariant(character));
        }
        else
        {
            output.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }
    }

    /// <summary>One octet; without an escape only those that need none, and an asterisk that begins a label.</summary>
    private static bool TryTake(string text, ref int at, bool isAlone, out byte octet)
    {
        octet = unchecked((byte)text[at]);
        var character = text[at++];
        if (character != '\\')
        {
            return Plain.Contains(character) || (isAlone && character == '*' && (at == text.Length || text[at] == '.'));
        }

        if (at == text.Length || text[at] is < ' ' or > '~')
        {
            return false;
        }

        if (!char.IsAsciiDigit(text[at]))
        {
            octet = (byte)text[at++];
            return true;
        }

        var digits = text.AsSpan(at, Math.Min(3, text.Length - at));
        at += digits.Length;
        return digits.Length == 3 && byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out octet);
    }
}
