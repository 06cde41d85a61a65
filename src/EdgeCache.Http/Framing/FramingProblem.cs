namespace EdgeCache.Http.Framing;

/// <summary>Why the bytes of a request are refused before anything is made of them (RFC 9112).</summary>
internal enum FramingProblem : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A control byte other than a tab in a field line or the request line, NUL among them (RFC 9110 §5.5).</summary>
    ControlByte,

    /// <summary>A line that does not end with CR LF, or a CR elsewhere (RFC 9112 §2.2).</summary>
    LineEnd,

    /// <summary>A field line that begins with a space (RFC 9112 §5.2).</summary>
    FoldedLine,

    /// <summary>A field name that is empty, no token, or followed by a space (RFC 9112 §5.1).</summary>
    FieldName,

    /// <summary>A method of more than <see cref="HeadScan.MaxMethod"/> characters.</summary>
    Method,

    /// <summary>Two Host lines (RFC 9112 §3.2).</summary>
    Host,

    /// <summary>A Content-Length that is repeated or no plain number (RFC 9112 §6.3).</summary>
    ContentLength,

    /// <summary>A transfer coding that is not exactly chunked, or one in HTTP/1.0 (RFC 9112 §6.1).</summary>
    TransferEncoding,

    /// <summary>Both a length and a transfer coding (RFC 9112 §6.3).</summary>
    LengthAndCoding,

    /// <summary>A head without end.</summary>
    HeadTooLarge,

    /// <summary>A chunk whose size, extension or end is not what it must be, or is too long (RFC 9112 §7.1).</summary>
    Chunk,
}

/// <summary>The words for <see cref="FramingProblem"/>.</summary>
internal static class FramingProblemText
{
    /// <summary>The word.</summary>
    public static string Text(this FramingProblem problem) => problem switch
    {
        FramingProblem.None => "none",
        FramingProblem.ControlByte => "control-byte",
        FramingProblem.LineEnd => "line-end",
        FramingProblem.FoldedLine => "folded-line",
        FramingProblem.FieldName => "field-name",
        FramingProblem.Method => "method",
        FramingProblem.Host => "two-hosts",
        FramingProblem.ContentLength => "content-length",
        FramingProblem.TransferEncoding => "transfer-encoding",
        FramingProblem.LengthAndCoding => "transfer-encoding-and-content-length",
        FramingProblem.HeadTooLarge => "head-too-large",
        _ => "chunk",
    };

    /// <summary>The status of the answer.</summary>
    public static int Status(this FramingProblem problem) => problem == FramingProblem.HeadTooLarge ? 431 : 400;
}
