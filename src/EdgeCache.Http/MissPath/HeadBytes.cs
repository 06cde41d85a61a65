using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace EdgeCache.Http.MissPath;

/// <summary>Writes the parts of an HTTP/1.1 answer into a pipe's memory (RFC 9112). Values were checked for line ends when they came.</summary>
internal static class HeadBytes
{
    /// <summary>The status line; a reason phrase that is not printable ASCII is replaced by the usual one.</summary>
    public static void Status(PipeWriter output, int status, string? reason = null)
    {
        Text(output, "HTTP/1.1 ");
        Number(output, status);
        Text(output, " ");
        Text(output, reason is not null && !reason.AsSpan().ContainsAnyExceptInRange(' ', '~') ? reason : ReasonPhrases.GetReasonPhrase(status));
        End(output);
    }

    /// <summary>A field line.</summary>
    public static void Field(PipeWriter output, string name, string value)
    {
        var span = output.GetSpan(name.Length + value.Length + 4);
        var at = Encoding.Latin1.GetBytes(name, span);
        span[at++] = (byte)':';
        span[at++] = (byte)' ';
        at += Encoding.Latin1.GetBytes(value, span[at..]);
        span[at++] = (byte)'\r';
        span[at++] = (byte)'\n';
        output.Advance(at);
    }

    /// <summary>A field line with a number.</summary>
    public static void Field(PipeWriter output, string name, long value)
    {
        Text(output, name);
        Text(output, ": ");
        Number(output, value);
        End(output);
    }

    /// <summary>The end of a line, or of the head.</summary>
    public static void End(PipeWriter output) => output.Write("\r\n"u8);

    /// <summary>A chunk (RFC 9112 §7.1), not empty.</summary>
    public static void Chunk(PipeWriter output, ReadOnlySpan<byte> data)
    {
        var span = output.GetSpan(10);
        Utf8Formatter.TryFormat(data.Length, span, out var digits, new StandardFormat('x'));
        output.Advance(digits);
        End(output);
        output.Write(data);
        End(output);
    }

    /// <summary>The end of a chunked body.</summary>
    public static void LastChunk(PipeWriter output) => output.Write("0\r\n\r\n"u8);

    private static void Text(PipeWriter output, string text) => output.Advance(Encoding.Latin1.GetBytes(text, output.GetSpan(text.Length)));

    private static void Number(PipeWriter output, long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out var digits);
        output.Advance(digits);
    }
}
