using System.Collections.Frozen;
using System.Text;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>Header names that take one byte in a stored head: the usual spelling and the lower-case one of HTTP/2.</summary>
internal static class HeaderNames
{
    /// <summary>The byte that says: the name is spelt out.</summary>
    public const byte Literal = 0;

    /// <summary>The byte that says: name and value are in <see cref="SharedLines"/>.</summary>
    public const byte Shared = 255;

    /// <summary>The byte that says: the value is an HTTP-date.</summary>
    public const byte Dated = 254;

    private const int LowerCase = 128;

    // The place in this list is the byte; stored heads do not outlive the process, so the list may change.
    private static readonly string[] _names =
    [
        "Accept-Ranges", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Age", "Allow", "Alt-Svc", "Cache-Control", "Cache-Groups", "Cache-Tag", "CDN-Cache-Control",
        "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Range", "Content-Security-Policy",
        "Content-Type", "Cross-Origin-Resource-Policy", "Date", "ETag", "Edge-Tag", "Expires", "Last-Modified", "Link", "Location", "Permissions-Policy", "Pragma",
        "Referrer-Policy", "Retry-After", "Server", "Server-Timing", "Set-Cookie", "Strict-Transport-Security", "Surrogate-Control", "Surrogate-Key",
        "Timing-Allow-Origin", "Vary", "Via", "Warning", "X-Content-Type-Options", "X-Frame-Options", "X-Powered-By", "X-Request-Id", "X-XSS-Protection",
    ];

    private static readonly string[] _texts = new string[256];
    private static readonly byte[][] _bytes = new byte[256][];
    private static readonly FrozenDictionary<string, byte> _tokens = Fill();

    /// <summary>The byte of a name spelt exactly so; <see cref="Literal"/> for any other.</summary>
    public static byte TokenOf(string name) => _tokens.GetValueOrDefault(name, Literal);

    /// <summary>The name of a byte.</summary>
    public static string Text(byte token) => _texts[token];

    /// <summary>The ASCII bytes of a name.</summary>
    public static ReadOnlySpan<byte> Bytes(byte token) => _bytes[token];

    private static FrozenDictionary<string, byte> Fill()
    {
        var tokens = new Dictionary<string, byte>(StringComparer.Ordinal);
        for (var i = 0; i < _names.Length; i++)
        {
            Add(tokens, (byte)(i + 1), _names[i]);
            Add(tokens, (byte)(i + 1 + LowerCase), _names[i].ToLowerInvariant());
        }

        return tokens.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, byte> tokens, byte token, string name)
    {
        tokens[name] = token;
        _texts[token] = name;
        _bytes[token] = Encoding.ASCII.GetBytes(name);
    }
}
