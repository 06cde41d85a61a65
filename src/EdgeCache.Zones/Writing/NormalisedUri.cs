using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// A URI as floors know it: <c>host/path?query</c> without scheme and fragment, host lower case and without the scheme's default port, dot segments
/// removed, percent-encoding in upper case and only where needed (RFC 3986 §6.2.2, §6.2.3). Pure.
/// </summary>
public static class NormalisedUri
{
    /// <summary>Normalises an absolute http(s) URI, or one without its scheme; false when there is no host.</summary>
    public static bool TryMake(string text, [NotNullWhen(true)] out string? uri)
    {
        uri = null;
        var rest = WithoutScheme(text, out var defaultPort);
        var hash = rest.IndexOf('#');
        rest = hash < 0 ? rest : rest[..hash];
        var slash = rest.IndexOfAny('/', '?');
        var host = slash < 0 ? rest : rest[..slash];
        if (!TryMakeHost(host.ToString(), defaultPort, out var normalHost))
        {
            return false;
        }

        var pathAndQuery = slash < 0 ? [] : rest[slash..];
        var mark = pathAndQuery.IndexOf('?');
        var path = mark < 0 ? pathAndQuery : pathAndQuery[..mark];
        if (!TryEncode(path, out var encoded))
        {
            return false;
        }

        var query = "";
        if (mark >= 0 && !TryEncode(pathAndQuery[(mark + 1)..], out query))
        {
            return false;
        }

        uri = normalHost + WithoutDotSegments(encoded) + (mark < 0 ? "" : "?" + query);
        return true;
    }

    /// <summary>Normalises a prefix: <c>/path</c> or <c>[scheme://]host[/path]</c>. Dot segments must not occur: what they would mean in a prefix is unclear.</summary>
    internal static bool TryMakePrefix(string text, [NotNullWhen(true)] out string? prefix)
    {
        prefix = null;
        var rest = WithoutScheme(text, out var defaultPort);
        var slash = rest.IndexOf('/');
        var host = "";
        if (slash != 0 && !TryMakeHost((slash < 0 ? rest : rest[..slash]).ToString(), defaultPort, out host))
        {
            return false;
        }

        var path = slash < 0 ? [] : rest[slash..];
        if (path.ToString().Split('/').Any(s => s is "." or "..") || !TryEncode(path, out var encoded))
        {
            return false;
        }

        prefix = host + encoded;
        return true;
    }

    /// <summary>Normalises <c>host[:port]</c>; ports 80 and 443 go when the scheme is not known.</summary>
    internal static bool TryMakeHost(string text, string defaultPort, [NotNullWhen(true)] out string? host)
    {
        host = null;
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var name = end <= 0 ? text : text[..end];
        var port = end <= 0 || end == text.Length ? "" : text[end..];
        if (name.Length is 0 or > 255 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '[' or ']' or ':')))
        {
            return false;
        }

        if (port.Length > 0 && (port[0] != ':' || port.Length > 6 || port[1..].Any(c => !char.IsAsciiDigit(c))))
        {
            return false;
        }

        var isDefault = port is ":" or "" || (defaultPort.Length > 0 ? port == defaultPort : port is ":80" or ":443");
        var lower = name.ToLowerInvariant();
        lower = lower.Length > 1 && lower.EndsWith('.') ? lower[..^1] : lower;
        host = isDefault ? lower : lower + port;
        return true;
    }

    private static ReadOnlySpan<char> WithoutScheme(string text, out string defaultPort)
    {
        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            defaultPort = ":80";
            return text.AsSpan("http://".Length);
        }

        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            defaultPort = ":443";
            return text.AsSpan("https://".Length);
        }

        defaultPort = "";
        return text;
    }

    private static bool TryEncode(ReadOnlySpan<char> text, out string encoded)
    {
        var output = new StringBuilder(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                var value = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                _ = IsUnreserved((char)value) ? output.Append((char)value) : output.Append('%').Append(value.ToString("X2"));
                i += 3;
                continue;
            }

            if (c is > ' ' and < '\x7f')
            {
                output.Append(c);
                i++;
                continue;
            }

            if (c <= ' ' || c == '\x7f' || Rune.DecodeFromUtf16(text[i..], out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                encoded = "";
                return false;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
            {
                output.Append('%').Append(octet.ToString("X2"));
            }

            i += used;
        }

        encoded = output.ToString();
        return true;
    }

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';

    /// <summary>RFC 3986 §5.2.4, on segments.</summary>
    private static string WithoutDotSegments(string path)
    {
        if (path.Length == 0)
        {
            return "/";
        }

        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (segments[i] is "." or "..")
            {
                if (isLast)
                {
                    kept.Add("");
                }

                continue;
            }

            kept.Add(segments[i]);
        }

        return "/" + string.Join('/', kept);
    }
}
