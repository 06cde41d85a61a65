namespace EdgeCache.Http.Rules;

/// <summary>A part of a body: from the first byte, so many bytes.</summary>
internal readonly record struct ByteRange(long First, long Length)
{
    /// <summary>Position of the last byte.</summary>
    public long Last => First + Length - 1;

    /// <summary>The Content-Range value (RFC 9110 §14.4).</summary>
    public string ContentRange(long completeLength) => $"bytes {First}-{Last}/{completeLength}";
}
