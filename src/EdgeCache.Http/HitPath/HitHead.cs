using System.Buffers;
using System.Buffers.Text;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Heads;
using Microsoft.AspNetCore.WebUtilities;

namespace EdgeCache.Http.HitPath;

/// <summary>Writes the head of a hit as HTTP/1.1 bytes, straight from the stored lines. No allocation. Thread-safe.</summary>
internal sealed class HitHead(string node)
{
    private const int DynamicBytes = 128;
    private static readonly byte[]?[] _statusLines = new byte[]?[600];
    private static readonly SearchValues<byte> _lineBreaks = SearchValues.Create("\r\n\0"u8);
    private readonly byte[] _hop = System.Text.Encoding.ASCII.GetBytes($"Via: {Hops.ViaMember("1.1", node)}\r\nCache-Status: {node}; hit; ttl=");

    /// <summary>
    /// Writes the head; false when it does not fit or cannot be written as it is stored: then the server writes it. Age is this node's own (RFC 9111 §5.1), and its members of
    /// Via and Cache-Status come last (RFC 9110 §7.6.3, RFC 9211 §2).
    /// </summary>
    public bool TryWrite(in EntryLease lease, in StoredFacts facts, long now, Span<byte> destination, out int written)
    {
        written = 0;
        if (lease.Status is < 200 or >= 600)
        {
            return false;
        }

        var writer = new BoundedWriter(destination);
        writer.Append(StatusLine(lease.Status));
        var lines = lease.Lines;
        while (lines.MoveNext())
        {
            if (lines.IsUtf8 || lines.Value.IndexOfAny(_lineBreaks) >= 0)
            {
                return false;
            }

            if (!IsOwn(lines.Name))
            {
                writer.Append(lines.Name);
                writer.Append(": "u8);
                writer.Append(lines.Value);
                writer.Append("\r\n"u8);
            }
        }

        if (writer.IsFull || destination.Length - writer.Length < DynamicBytes + _hop.Length)
        {
            return false;
        }

        written = writer.Length + WriteOwn(lease, facts, now, destination[writer.Length..]);
        return true;
    }

    private int WriteOwn(in EntryLease lease, in StoredFacts facts, long now, Span<byte> to)
    {
        var at = 0;
        if (lease.Status is not (204 or 304))
        {
            Put("Content-Length: "u8, to, ref at);
            Put(lease.BodyLength, to, ref at);
            Put("\r\n"u8, to, ref at);
        }

        Put("Age: "u8, to, ref at);
        Put(facts.AgeSecondsAt(now), to, ref at);
        Put("\r\n"u8, to, ref at);
        Put(_hop, to, ref at);
        Put(facts.TtlSecondsAt(now), to, ref at);
        Put("\r\n\r\n"u8, to, ref at);
        return at;
    }

    private static void Put(ReadOnlySpan<byte> text, Span<byte> to, ref int at)
    {
        text.CopyTo(to[at..]);
        at += text.Length;
    }

    private static void Put(long number, Span<byte> to, ref int at)
    {
        Utf8Formatter.TryFormat(number, to[at..], out var digits);
        at += digits;
    }

    private static bool IsOwn(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => System.Text.Ascii.EqualsIgnoreCase(name, "age"u8),
        14 => System.Text.Ascii.EqualsIgnoreCase(name, "content-length"u8),
        _ => false,
    };

    private static byte[] StatusLine(int status) =>
        _statusLines[status] ??= System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\n");
}
