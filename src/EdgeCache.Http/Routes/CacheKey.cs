using EdgeCache.Http.Rules;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Routes;

/// <summary>
/// The primary cache key: <c>host/path?query</c> followed by lines for what else counts. Begins with the target's own text, so that a store can share the bytes.
/// Writing does not allocate.
/// </summary>
internal static class CacheKey
{
    /// <summary>Longest key: a target and the values of key headers and cookies. A request with a longer one is passed through.</summary>
    public const int MaxBytes = RequestTarget.MaxBytes + (4 * 1024);

    /// <summary>Writes the key; false when it is too long.</summary>
    public static bool TryWrite<T>(in RequestTarget target, bool https, string method, KeyParts parts, in T request, Span<byte> destination, out int written)
        where T : IFieldSource, allows ref struct
    {
        var writer = new BoundedWriter(destination);
        writer.Append(parts.Host ? target.Host : "*"u8);
        writer.Append(parts.Path ? target.Path : "/*"u8);
        QueryFilter.Write(ref writer, target.Query, parts);

        // A line feed cannot stand in a target, so nothing before it can be mistaken for what follows.
        writer.Append((byte)'\n');
        writer.Append(!parts.Scheme ? "*"u8 : https ? "https"u8 : "http"u8);
        if (parts.Method && method is not ("GET" or "HEAD"))
        {
            writer.Append("\nm:"u8);
            writer.Append(method);
        }

        foreach (var name in parts.Headers)
        {
            writer.Append("\nh:"u8);
            writer.Append(name);
            var lines = request.Field(name);
            writer.Append(lines.Count == 0 ? ""u8 : "="u8);
            VaryKey.AppendValue(ref writer, lines, VaryNormalisation.Of(name));
        }

        foreach (var name in parts.Cookies)
        {
            writer.Append("\nc:"u8);
            writer.Append(name);
            AppendCookie(ref writer, request.Field("Cookie"), name);
        }

        written = writer.Length;
        return !writer.IsFull && written <= MaxBytes;
    }

    /// <summary>Writes the target that goes to the upstream: the same path, and the query that counts.</summary>
    public static bool TryWriteUpstream(in RequestTarget target, KeyParts parts, Span<byte> destination, out int written)
    {
        var writer = new BoundedWriter(destination);
        writer.Append(target.Path);
        QueryFilter.Write(ref writer, target.Query, parts);
        written = writer.Length;
        return !writer.IsFull;
    }

    /// <summary>All cookies of the name: which of several an application takes is its own affair.</summary>
    private static void AppendCookie(ref BoundedWriter writer, StringValues lines, string name)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            ReadOnlySpan<char> line = lines[i];
            foreach (var range in line.Split(';'))
            {
                var pair = FieldSyntax.Trim(line[range]);
                if (pair.StartsWith(name, StringComparison.Ordinal) && pair.Length > name.Length && pair[name.Length] == '=')
                {
                    writer.Append((byte)'=');
                    writer.Append(pair[(name.Length + 1)..]);
                    writer.Append((byte)';');
                }
                else if (MayBeRead(pair, name))
                {
                    writer.Append((byte)'~');
                    writer.Append(pair);
                    writer.Append((byte)';');
                }
            }
        }
    }

    /// <summary>True for a pair in which some parser could find the cookie: in other case, with space around its name, behind a comma or within quotes. It counts as it stands.</summary>
    private static bool MayBeRead(ReadOnlySpan<char> pair, string name)
    {
        for (var at = pair.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = pair.IndexOf(name, StringComparison.OrdinalIgnoreCase))
        {
            var rest = pair[(at + name.Length)..];
            if ((at == 0 || !FieldSyntax.TokenChars.Contains(pair[at - 1])) && (rest.IsEmpty || !FieldSyntax.TokenChars.Contains(rest[0])))
            {
                return true;
            }

            pair = rest;
        }

        return false;
    }
}
