using System.Runtime.InteropServices;

namespace EdgeCache.Http.Framing;

/// <summary>The scheme of an absolute target (RFC 9112 §3.2.2): its case means nothing (RFC 3986 §3.1), but the server knows it in lower case alone.</summary>
internal static class RequestScheme
{
    /// <summary>
    /// Writes the scheme of the request line at the start of a connection's own bytes in lower case, where they stand. A scheme that comes in pieces is left as it is, and refused by the server.
    /// </summary>
    public static void Lower(ReadOnlyMemory<byte> bytes)
    {
        var line = bytes.Span;
        var space = line[..Math.Min(line.Length, HeadScan.MaxMethod + 1)].IndexOf((byte)' ');
        if (space < 0 || space + 1 >= line.Length || line[space + 1] is not ((byte)'h' or (byte)'H'))
        {
            return;
        }

        var target = line[(space + 1)..];
        var length = StartsWith(target, "http://"u8) ? 4 : StartsWith(target, "https://"u8) ? 5 : 0;
        foreach (ref var letter in MemoryMarshal.AsMemory(bytes).Span.Slice(space + 1, length))
        {
            letter |= 0x20;
        }
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => text.Length >= lower.Length && HeadScan.Is(text[..lower.Length], lower);
}
