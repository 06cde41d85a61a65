namespace EdgeCache.Http.Framing;

/// <summary>Where an upstream's answer ends, as its head says. <c>default</c>: with the head.</summary>
internal readonly record struct AnswerFacts
{
    /// <summary>False when readers could disagree about the head.</summary>
    public bool IsSound { get; init; }

    /// <summary>Three digits of the status line; 0 when they are not there.</summary>
    public int Status { get; init; }

    /// <summary>Bytes of the body; null when no single plain length says so.</summary>
    public long? Length { get; init; }

    /// <summary>A transfer coding is named.</summary>
    public bool HasCoding { get; init; }

    /// <summary>The one coding is chunked.</summary>
    public bool IsChunked { get; init; }
}

/// <summary>Reads a complete head of an answer as far as framing is concerned. Pure, no allocation.</summary>
internal static class AnswerScan
{
    /// <summary>
    /// Reads a head that ends with its empty line. Control bytes, lines that do not end with CR LF and folded lines make it unsound (RFC 9112 §2.2, §5.2: a proxy may answer 502);
    /// what else is wrong with fields is judged where they are read.
    /// </summary>
    public static AnswerFacts Read(ReadOnlySpan<byte> head)
    {
        if (HeadScan.HasControls(head) || !HeadScan.TryLine(ref head, out var first))
        {
            return default;
        }

        var facts = new AnswerFacts { IsSound = true, Status = StatusOf(first) };
        var lengths = 0;
        while (HeadScan.TryLine(ref head, out var line))
        {
            if (line.IsEmpty)
            {
                return facts;
            }

            if (line[0] is (byte)' ' or (byte)'\t')
            {
                return default;
            }

            var colon = line.IndexOf((byte)':');
            var name = colon < 0 ? default : HeadScan.Trim(line[..colon]);
            if (HeadScan.Is(name, "content-length"u8))
            {
                facts = facts with { Length = ++lengths == 1 && HeadScan.TryLength(line[(colon + 1)..], out var length) ? length : null };
            }
            else if (HeadScan.Is(name, "transfer-encoding"u8))
            {
                facts = facts with { IsChunked = !facts.HasCoding && HeadScan.Is(HeadScan.Trim(line[(colon + 1)..]), "chunked"u8), HasCoding = true };
            }
        }

        return default;
    }

    /// <summary>The status of a status line; 0 when it has none.</summary>
    public static int StatusOf(ReadOnlySpan<byte> line) =>
        line.Length >= 12 && System.Buffers.Text.Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var read) && read == 3 ? status : 0;
}
