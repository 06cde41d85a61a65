using System.Buffers;

namespace EdgeCache.Http.Framing;

/// <summary>
/// Reads a complete request head (request line to empty line) more strictly than the server's parser does, and only as far as framing and the connection are
/// concerned: what two recipients could read in two ways is refused (RFC 9112 §11.2). Allocates only for a Connection field that lists other fields.
/// </summary>
internal static class HeadScan
{
    /// <summary>Longest method.</summary>
    public const int MaxMethod = 64;

    /// <summary>Most digits of a length: less than 2^63 in any case.</summary>
    private const int MaxDigits = 18;

    private static readonly SearchValues<byte> _controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b is not ('\t' or '\r' or '\n')).Select(b => (byte)b), 0x7f]);

    private static readonly SearchValues<byte> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private enum Field : byte
    {
        Other,
        Host,
        Connection,
        ContentLength,
        TransferEncoding,
    }

    /// <summary>Reads a head that ends with its empty line.</summary>
    public static HeadFacts Read(ReadOnlySpan<byte> head)
    {
        if (HasControls(head))
        {
            return Refuse(FramingProblem.ControlByte);
        }

        if (!TryLine(ref head, out var requestLine))
        {
            return Refuse(FramingProblem.LineEnd);
        }

        if (requestLine.IndexOf((byte)' ') > MaxMethod)
        {
            return Refuse(FramingProblem.Method);
        }

        var facts = default(HeadFacts);
        var seen = default(Seen);
        while (TryLine(ref head, out var line))
        {
            if (line.IsEmpty)
            {
                return seen.Coding && requestLine.EndsWith("HTTP/1.0"u8) ? Refuse(FramingProblem.TransferEncoding) : facts;
            }

            facts = WithLine(facts, line, ref seen);
            if (facts.Problem != FramingProblem.None)
            {
                return facts;
            }
        }

        return Refuse(FramingProblem.LineEnd);
    }

    /// <summary>True when there is a byte that no head may hold, NUL among them (RFC 9110 §5.5).</summary>
    internal static bool HasControls(ReadOnlySpan<byte> head) => head.IndexOfAny(_controls) >= 0;

    /// <summary>True for a line feed without its carriage return: such a head may never end for one reader and be over for another.</summary>
    internal static bool HasLoneLineFeed(ReadOnlySpan<byte> bytes)
    {
        for (var feed = bytes.IndexOf((byte)'\n'); feed >= 0; feed = bytes.IndexOf((byte)'\n'))
        {
            if (feed == 0 || bytes[feed - 1] != '\r')
            {
                return true;
            }

            bytes = bytes[(feed + 1)..];
        }

        return false;
    }

    private static HeadFacts WithLine(in HeadFacts facts, ReadOnlySpan<byte> line, ref Seen seen)
    {
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            return Refuse(FramingProblem.FoldedLine);
        }

        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].IndexOfAnyExcept(_token) >= 0)
        {
            return Refuse(FramingProblem.FieldName);
        }

        var value = line[(colon + 1)..];
        switch (FieldOf(line[..colon]))
        {
            case Field.Host when seen.Host:
                return Refuse(FramingProblem.Host);
            case Field.Host:
                seen.Host = true;
                return facts;
            case Field.ContentLength:
                return WithLength(facts, value, ref seen);
            case Field.TransferEncoding:
                return WithCoding(facts, value, ref seen);
            case Field.Connection:
                return WithConnection(facts, value);
            default:
                return facts;
        }
    }

    private static HeadFacts WithLength(HeadFacts facts, ReadOnlySpan<byte> value, ref Seen seen)
    {
        if (seen.Coding || seen.Length || !TryLength(value, out var length))
        {
            return Refuse(seen.Coding ? FramingProblem.LengthAndCoding : FramingProblem.ContentLength);
        }

        seen.Length = true;
        return facts with { Length = length };
    }

    private static HeadFacts WithCoding(HeadFacts facts, ReadOnlySpan<byte> value, ref Seen seen)
    {
        if (seen.Length || seen.Coding || !Is(Trim(value), "chunked"u8))
        {
            return Refuse(seen.Length ? FramingProblem.LengthAndCoding : FramingProblem.TransferEncoding);
        }

        seen.Coding = true;
        return facts with { IsChunked = true };
    }

    private static Field FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Is(name, "host"u8) => Field.Host,
        10 when Is(name, "connection"u8) => Field.Connection,
        14 when Is(name, "content-length"u8) => Field.ContentLength,
        17 when Is(name, "transfer-encoding"u8) => Field.TransferEncoding,
        _ => Field.Other,
    };

    /// <summary>The server keeps no more of Connection than its options, so what it lists is taken here.</summary>
    private static HeadFacts WithConnection(HeadFacts facts, ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = Trim(value[range]);
            if (option.IsEmpty || Is(option, "keep-alive"u8) || Is(option, "close"u8) || Is(option, "upgrade"u8) || Is(option, "te"u8))
            {
                continue;
            }

            var name = System.Text.Encoding.Latin1.GetString(option);
            facts = facts with { Listed = facts.Listed is null ? name : $"{facts.Listed},{name}" };
        }

        return facts;
    }

    /// <summary>A plain number of at most eighteen digits.</summary>
    internal static bool TryLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        value = Trim(value);
        if (value.Length is 0 or > MaxDigits)
        {
            return false;
        }

        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            length = (length * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>Takes a line without its end; false when it does not end with CR LF, or has a CR in it.</summary>
    internal static bool TryLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || end + 1 >= rest.Length || rest[end] != '\r' || rest[end + 1] != '\n')
        {
            line = default;
            return false;
        }

        line = rest[..end];
        rest = rest[(end + 2)..];
        return true;
    }

    /// <summary>Equal without case; <paramref name="lower"/> is lower case.</summary>
    internal static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => System.Text.Ascii.EqualsIgnoreCase(text, lower);

    /// <summary>Without space around.</summary>
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    private static HeadFacts Refuse(FramingProblem problem) => new() { Problem = problem };

    private struct Seen
    {
        public bool Host;
        public bool Length;
        public bool Coding;
    }
}
