using System.Buffers;
using System.Text;

namespace EdgeCache.Http.HitPath;

/// <summary>What a look at the bytes of a connection says.</summary>
internal enum HeadKind : byte
{
    /// <summary>No end of a head yet.</summary>
    Incomplete,

    /// <summary>A GET that asks for nothing but the resource: RFC 9112 to the letter, one Host, no condition, no body.</summary>
    Simple,

    /// <summary>Well formed, and it is known where the request ends.</summary>
    Bounded,

    /// <summary>Anything else: only the server knows what it is and where it ends.</summary>
    Unknown,
}

/// <summary>
/// A strict look at a request head as it came over the wire (RFC 9112 §2 to §5). It never corrects: a bare LF, a folded line, a space before a colon, an octet outside
/// printable ASCII, another version than HTTP/1.1 make it <see cref="HeadKind.Unknown"/>. Lives on the stack; no allocation.
/// </summary>
internal ref struct RawHead
{
    private const int MaxLengthDigits = 15;

    private static readonly SearchValues<byte> _headBytes = SearchValues.Create(Printable());
    private static readonly SearchValues<byte> _tokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Bytes of the head with the empty line.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of the body that follows, for <see cref="HeadKind.Bounded"/>.</summary>
    public long BodyLength { get; private set; }

    /// <summary>The method.</summary>
    public ReadOnlySpan<byte> Method { get; private set; }

    /// <summary>The target of the request line.</summary>
    public ReadOnlySpan<byte> Target { get; private set; }

    /// <summary>The value of Host.</summary>
    public ReadOnlySpan<byte> Host { get; private set; }

    /// <summary>Whether there is a Cookie.</summary>
    public bool HasCookie { get; private set; }

    /// <summary>The field lines, each with its CRLF.</summary>
    public ReadOnlySpan<byte> Lines { get; private set; }

    /// <summary>Looks at the bytes from the first of a request on.</summary>
    public static HeadKind Read(ReadOnlySpan<byte> bytes, out RawHead head)
    {
        head = default;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return HeadKind.Incomplete;
        }

        head.Length = end + 4;
        var text = bytes[..(end + 2)];
        return text.IndexOfAnyExcept(_headBytes) < 0 && head.TryReadLine(text, out var rest) ? head.ReadFields(rest) : HeadKind.Unknown;
    }

    /// <summary>
    /// True when more bytes may make a head of these. A bare LF or a first line of another version never becomes one that is looked at here: the server refuses it at once
    /// rather than wait for its end.
    /// </summary>
    public static bool MayBecomeOne(ReadOnlySpan<byte> bytes)
    {
        var isFirst = true;
        for (var stop = bytes.IndexOf((byte)'\n'); stop >= 0; stop = bytes.IndexOf((byte)'\n'))
        {
            if (stop == 0 || bytes[stop - 1] != '\r' || (isFirst && stop > 1 && !bytes[..(stop - 1)].EndsWith(" HTTP/1.1"u8)))
            {
                return false;
            }

            isFirst &= stop == 1;
            bytes = bytes[(stop + 1)..];
        }

        return true;
    }

    /// <summary>Takes the next field line off; false at the end or when it is malformed.</summary>
    public static bool TryTakeField(scoped ref ReadOnlySpan<byte> lines, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var stop = lines.IndexOfAny((byte)'\r', (byte)'\n');
        if (stop <= 0 || !lines[stop..].StartsWith("\r\n"u8))
        {
            return false;
        }

        var line = lines[..stop];
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].IndexOfAnyExcept(_tokenBytes) >= 0)
        {
            return false;
        }

        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        lines = lines[(stop + 2)..];
        return true;
    }

    private bool TryReadLine(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        var stop = text.IndexOfAny((byte)'\r', (byte)'\n');
        var line = text[..stop]; // There is an end of line: the text ends with one.
        rest = default;
        if (!text[stop..].StartsWith("\r\n"u8) || !line.EndsWith(" HTTP/1.1"u8))
        {
            return false;
        }

        line = line[..^" HTTP/1.1"u8.Length];
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || line[..space].IndexOfAnyExcept(_tokenBytes) >= 0)
        {
            return false;
        }

        Method = line[..space];
        Target = line[(space + 1)..];
        Lines = rest = text[(stop + 2)..];
        return !Target.IsEmpty && Target.IndexOfAny((byte)' ', (byte)'\t') < 0;
    }

    private HeadKind ReadFields(ReadOnlySpan<byte> rest)
    {
        var simple = Method.SequenceEqual("GET"u8) && Target[0] == (byte)'/';
        var lengths = 0;
        var hosts = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakeField(ref rest, out var name, out var value))
            {
                return HeadKind.Unknown;
            }

            switch (FieldMeanings.Of(name))
            {
                case FieldMeaning.Host:
                    hosts++;
                    Host = value;
                    break;
                case FieldMeaning.Connection when !Ascii.EqualsIgnoreCase(value, "keep-alive"u8):
                case FieldMeaning.EndUnknown:
                    return HeadKind.Unknown;
                case FieldMeaning.Length:
                    if (lengths++ > 0 || !TryReadLength(value))
                    {
                        return HeadKind.Unknown;
                    }

                    simple = false;
                    break;
                case FieldMeaning.Cookie:
                    HasCookie = true;
                    break;
                case FieldMeaning.NeedsThought:
                    simple = false;
                    break;
            }
        }

        return hosts != 1 || Host.IsEmpty ? HeadKind.Unknown : simple ? HeadKind.Simple : HeadKind.Bounded;
    }

    private bool TryReadLength(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > MaxLengthDigits)
        {
            return false;
        }

        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            BodyLength = (BodyLength * 10) + (digit - '0');
        }

        return true;
    }

    private static byte[] Printable() => [(byte)'\t', (byte)'\r', (byte)'\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)];
}
