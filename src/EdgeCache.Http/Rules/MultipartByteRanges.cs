using System.Text;

namespace EdgeCache.Http.Rules;

/// <summary>
/// The framing of a 206 with several ranges (RFC 9110 §14.6): text before each part and after the last, so that the body can be streamed between.
/// The boundary is chosen by the caller at random, so that no body can contain it on purpose.
/// </summary>
internal sealed class MultipartByteRanges
{
    private readonly byte[][] _heads;

    /// <summary>Makes the framing; <paramref name="contentType"/> is that of the stored response, if it has one.</summary>
    public MultipartByteRanges(IReadOnlyList<ByteRange> ranges, long completeLength, string? contentType, string boundary)
    {
        Ranges = ranges;
        ContentType = $"multipart/byteranges; boundary={boundary}";
        var type = contentType is null ? "" : $"Content-Type: {contentType}\r\n";
        _heads = [.. ranges.Select((r, i) => Encoding.Latin1.GetBytes($"{(i == 0 ? "" : "\r\n")}--{boundary}\r\n{type}Content-Range: {r.ContentRange(completeLength)}\r\n\r\n"))];
        Tail = Encoding.Latin1.GetBytes($"\r\n--{boundary}--\r\n");
    }

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<ByteRange> Ranges { get; }

    /// <summary>Content-Type of the whole response.</summary>
    public string ContentType { get; }

    /// <summary>What follows the last part.</summary>
    public ReadOnlyMemory<byte> Tail { get; }

    /// <summary>Content-Length of the whole response.</summary>
    public long TotalLength => _heads.Sum(h => (long)h.Length) + Ranges.Sum(r => r.Length) + Tail.Length;

    /// <summary>What stands before a part.</summary>
    public ReadOnlyMemory<byte> Head(int part) => _heads[part];
}
