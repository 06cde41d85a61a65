using System.Text;

namespace EdgeCache.Http.HitPath;

/// <summary>What a request field means to whoever looks at a raw head.</summary>
internal enum FieldMeaning : byte
{
    /// <summary>Nothing: the answer may at most vary by it.</summary>
    Plain,

    /// <summary>Host.</summary>
    Host,

    /// <summary>Connection.</summary>
    Connection,

    /// <summary>Content-Length.</summary>
    Length,

    /// <summary>Cookie: where sessions travel in cookies, it may ask for more than what is stored.</summary>
    Cookie,

    /// <summary>The answer depends on it in ways that the hit path does not know.</summary>
    NeedsThought,

    /// <summary>After it nobody can tell where the request ends without reading it as the server does.</summary>
    EndUnknown,
}

/// <summary>Tells what a field means by its name, in any case. No allocation.</summary>
internal static class FieldMeanings
{
    /// <summary>The meaning of a name, which is not empty.</summary>
    public static FieldMeaning Of(ReadOnlySpan<byte> name) => (name[0] | 0x20) == 'e' && IsOurs(name) ? FieldMeaning.NeedsThought : name.Length switch
    {
        2 => Is(name, "te"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        4 => Is(name, "host"u8) ? FieldMeaning.Host : FieldMeaning.Plain,
        5 => Is(name, "range"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        6 => Is(name, "cookie"u8) ? FieldMeaning.Cookie : Is(name, "expect"u8) ? FieldMeaning.EndUnknown : Is(name, "pragma"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        7 => Is(name, "upgrade"u8) ? FieldMeaning.EndUnknown : Is(name, "trailer"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        8 => Is(name, "if-match"u8) || Is(name, "if-range"u8) || Is(name, "cdn-loop"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        10 when Is(name, "connection"u8) => FieldMeaning.Connection,
        13 => Is(name, "if-none-match"u8) || Is(name, "cache-control"u8) || Is(name, "authorization"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        14 => Is(name, "content-length"u8) ? FieldMeaning.Length : Is(name, "http2-settings"u8) ? FieldMeaning.EndUnknown : FieldMeaning.Plain,
        17 => Is(name, "transfer-encoding"u8) ? FieldMeaning.EndUnknown : Is(name, "if-modified-since"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        19 => Is(name, "if-unmodified-since"u8) ? FieldMeaning.NeedsThought : FieldMeaning.Plain,
        _ => FieldMeaning.Plain,
    };

    /// <summary>Fields of this cache's own.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> name) => name.Length > 5 && Is(name[..5], "edge-"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
