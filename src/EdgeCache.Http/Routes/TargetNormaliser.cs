using System.Buffers;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>
/// Normalises a request target once, for key and upstream alike: case of the host, default port, empty path, percent-encoding, dot segments (RFC 3986 §6.2.2 and
/// §6.2.3). Reserved characters are never decoded (<c>%2F</c> stays apart from <c>/</c>), the query is taken as it is. What could be read in two ways is refused.
/// </summary>
internal static class TargetNormaliser
{
    private const string HexDigits = "0123456789ABCDEF";

    /// <summary>unreserved / sub-delims / ":" / "@" / "/" (RFC 3986 §3.3): what may stand in a path as it is.</summary>
    private static readonly SearchValues<char> PathChars =
        SearchValues.Create("-._~!$&'()*+,;=:@/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Writes the target into <paramref name="destination"/> (<see cref="RequestTarget.MaxBytes"/> long). <paramref name="target"/> is the request line's, in origin or
    /// absolute form; in absolute form its authority wins over <paramref name="host"/> (RFC 9112 §3.2.2).
    /// </summary>
    public static TargetProblem TryNormalise(bool https, scoped ReadOnlySpan<char> host, scoped ReadOnlySpan<char> target, Span<byte> destination, out RequestTarget normal)
    {
        normal = default;
        if (!target.IsEmpty && target[0] != '/' && target.IndexOf("://") is >= 0 and var scheme)
        {
            var authority = target[(scheme + 3)..];
            var slash = authority.IndexOfAny('/', '?');
            target = slash < 0 ? default : authority[slash..];
            host = slash < 0 ? authority : authority[..slash];
        }

        var writer = new BoundedWriter(destination);
        var problem = HostName.Append(ref writer, host, https);
        if (problem != TargetProblem.None)
        {
            return problem;
        }

        var hostLength = writer.Length;
        var question = target.IndexOf('?');
        var path = question < 0 ? target : target[..question];
        if (!AppendPath(ref writer, path) || HiddenDotSegment.IsIn(writer.Written[hostLength..]))
        {
            return TargetProblem.MalformedPath;
        }

        var pathLength = writer.Length - hostLength;
        if (question >= 0 && !AppendQuery(ref writer, target[question..]))
        {
            return TargetProblem.MalformedQuery;
        }

        if (writer.IsFull || writer.Length > RequestTarget.MaxBytes)
        {
            return TargetProblem.TooLong;
        }

        normal = new(destination[..writer.Length], hostLength, pathLength);
        return TargetProblem.None;
    }

    private static bool AppendPath(ref BoundedWriter writer, scoped ReadOnlySpan<char> path)
    {
        var start = writer.Length;
        if (path.IsEmpty || path[0] != '/')
        {
            writer.Append((byte)'/');
        }

        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '/' && writer.Length > start)
            {
                if (!DropDotSegment(ref writer, start))
                {
                    writer.Append((byte)'/');
                }
            }
            else if (PathChars.Contains(c))
            {
                writer.Append((byte)c);
            }
            else if (!AppendEncoded(ref writer, path, ref i))
            {
                return false;
            }
        }

        _ = DropDotSegment(ref writer, start);
        return true;
    }

    /// <summary>RFC 3986 §5.2.4 on what is already decoded: drops a last segment "." or, with the one before it, "..", and leaves the slash in front.</summary>
    private static bool DropDotSegment(ref BoundedWriter writer, int start)
    {
        var path = writer.Written[start..];
        var slash = path.LastIndexOf((byte)'/');
        var segment = path[(slash + 1)..];
        if (segment.SequenceEqual("."u8))
        {
            writer.Truncate(start + slash + 1);
            return true;
        }

        if (segment.SequenceEqual(".."u8))
        {
            var before = slash > 0 ? path[..slash].LastIndexOf((byte)'/') : 0;
            writer.Truncate(start + before + 1);
            return true;
        }

        return false;
    }

    /// <summary>A percent-encoded octet, or a character that must be encoded. False for what no path may hold: controls, NUL, '#', a broken escape.</summary>
    private static bool AppendEncoded(ref BoundedWriter writer, scoped ReadOnlySpan<char> path, ref int i)
    {
        var c = path[i];
        if (c == '%')
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                return false;
            }

            var octet = (byte)((HexValue(path[i + 1]) << 4) | HexValue(path[i + 2]));
            i += 2;
            AppendOctet(ref writer, octet);
            return octet != 0;
        }

        if (c is <= ' ' or '\u007f' or '#')
        {
            return false;
        }

        if (c < 0x80)
        {
            AppendOctet(ref writer, (byte)c);
            return true;
        }

        return AppendNonAscii(ref writer, path, ref i);
    }

    private static bool AppendNonAscii(ref BoundedWriter writer, scoped ReadOnlySpan<char> text, ref int i)
    {
        if (System.Text.Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed) != OperationStatus.Done)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
        {
            AppendOctet(ref writer, octet);
        }

        i += consumed - 1;
        return true;
    }

    private static int HexValue(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;

    private static void AppendOctet(ref BoundedWriter writer, byte octet)
    {
        if (Unreserved.Contains((char)octet))
        {
            writer.Append(octet);
            return;
        }

        writer.Append((byte)'%');
        writer.Append((byte)HexDigits[octet >> 4]);
        writer.Append((byte)HexDigits[octet & 15]);
    }

    private static bool AppendQuery(ref BoundedWriter writer, scoped ReadOnlySpan<char> query)
    {
        for (var i = 0; i < query.Length; i++)
        {
            var c = query[i];
            if (c is <= ' ' or '\u007f' or '#')
            {
                return false;
            }

            if (c < 0x80)
            {
                writer.Append((byte)c);
            }
            else if (!AppendNonAscii(ref writer, query, ref i))
            {
                return false;
            }
        }

        return true;
    }
}
