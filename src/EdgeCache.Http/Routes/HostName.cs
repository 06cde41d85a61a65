using System.Buffers;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>The normal form of a host: lower case, no final dot, no default port; names of RFC 3986 §3.2.2 without percent-encoding, or an address in brackets.</summary>
internal static class HostName
{
    private static readonly SearchValues<char> NameChars = SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> AddressChars = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Appends the host and a port that is not the scheme's own.</summary>
    public static TargetProblem Append(ref BoundedWriter writer, scoped ReadOnlySpan<char> host, bool https)
    {
        if (host.IsEmpty)
        {
            return TargetProblem.MissingHost;
        }

        var bracket = host[0] == '[' ? host.IndexOf(']') + 1 : 0;
        var colon = bracket > 0 ? bracket : host.IndexOf(':');
        var name = colon < 0 ? host : host[..colon];
        var port = colon < 0 ? default : host[colon..];
        name = bracket == 0 && name.Length > 1 && name[^1] == '.' ? name[..^1] : name;
        if (!IsName(name, bracket > 0) || !TryPort(port, https, out var number))
        {
            return TargetProblem.MalformedHost;
        }

        foreach (var c in name)
        {
            writer.Append((byte)char.ToLowerInvariant(c));
        }

        if (number >= 0)
        {
            Span<char> digits = stackalloc char[8];
            number.TryFormat(digits, out var length);
            writer.Append((byte)':');
            writer.Append(digits[..length]);
        }

        return TargetProblem.None;
    }

    private static bool IsName(ReadOnlySpan<char> name, bool bracketed) => bracketed
        ? name.Length > 2 && name[1..^1].IndexOfAnyExcept(AddressChars) < 0
        : !name.IsEmpty && name[0] != '.' && name.IndexOfAnyExcept(NameChars) < 0 && name.IndexOf("..", StringComparison.Ordinal) < 0 && name[^1] != '.';

    /// <summary>The port with its colon, or nothing; the scheme's default gives −1.</summary>
    private static bool TryPort(ReadOnlySpan<char> port, bool https, out int number)
    {
        number = -1;
        if (port.Length <= 1)
        {
            return port.IsEmpty || port[0] == ':';
        }

        if (port[0] != ':' || port.Length > 6 || !int.TryParse(port[1..], System.Globalization.NumberStyles.None, null, out number) || number > ushort.MaxValue)
        {
            return false;
        }

        number = number == (https ? 443 : 80) ? -1 : number;
        return true;
    }
}
