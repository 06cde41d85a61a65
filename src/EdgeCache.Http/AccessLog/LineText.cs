using System.Buffers;
using System.Buffers.Text;
using System.Net;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.AccessLog;

/// <summary>
/// Text of strangers in a line: whatever a client sends stays inside its quotes and on its line. Bytes outside printable ASCII, the quote and the backslash are escaped;
/// what is longer than its limit ends with three dots.
/// </summary>
internal static class LineText
{
    /// <summary>Longest request target that is written whole.</summary>
    public const int MaxTarget = 4096;

    /// <summary>Longest other text that is written whole.</summary>
    public const int MaxText = 1024;

    /// <summary>A line with every text at its limit and every byte escaped fits.</summary>
    public const int MaxLine = 64 * 1024;

    private static readonly SearchValues<byte> _plain =
        SearchValues.Create(" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Writes a text, each unusual byte as <c>\xHH</c>; a hyphen when there is none.</summary>
    public static void Quoted(ref BoundedWriter line, ReadOnlySpan<byte> text, int limit = MaxText)
    {
        if (text.IsEmpty)
        {
            line.Append((byte)'-');
            return;
        }

        Escaped(ref line, text, limit, "\\x"u8);
    }

    /// <summary>Writes a text for JSON, each unusual byte as <c>\u00HH</c>: always valid, whatever the bytes are.</summary>
    public static void Json(ref BoundedWriter line, ReadOnlySpan<byte> text, int limit = MaxText) => Escaped(ref line, text, limit, "\\u00"u8);

    /// <summary>Writes a number.</summary>
    public static void Number(ref BoundedWriter line, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(number, digits, out var length);
        line.Append(digits[..length]);
    }

    /// <summary>Writes a fixed-point number with <paramref name="digits"/> places from a count of microseconds.</summary>
    public static void Fraction(ref BoundedWriter line, long microseconds, int digits)
    {
        var unit = digits == 6 ? 1_000_000 : 1_000;
        Number(ref line, microseconds / unit);
        line.Append((byte)'.');
        var rest = microseconds % unit;
        for (var place = unit / 10; place > 0; place /= 10)
        {
            line.Append((byte)('0' + (rest / place % 10)));
        }
    }

    /// <summary>Writes an address; one of IPv4 in IPv6 clothes as IPv4.</summary>
    public static void Address(ref BoundedWriter line, IPAddress? address)
    {
        Span<byte> text = stackalloc byte[65];
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        var length = 0;
        if (plain?.TryFormat(text, out length) == true)
        {
            line.Append(text[..length]);
        }
        else
        {
            line.Append((byte)'-');
        }
    }

    private static void Escaped(ref BoundedWriter line, ReadOnlySpan<byte> text, int limit, ReadOnlySpan<byte> mark)
    {
        var rest = text[..Math.Min(text.Length, limit)];
        while (rest.IndexOfAnyExcept(_plain) is var at and >= 0)
        {
            line.Append(rest[..at]);
            line.Append(mark);
            line.Append(Digit(rest[at] >> 4));
            line.Append(Digit(rest[at] & 15));
            rest = rest[(at + 1)..];
        }

        line.Append(rest);
        if (text.Length > limit)
        {
            line.Append("..."u8);
        }
    }

    private static byte Digit(int value) => "0123456789abcdef"u8[value];
}
