namespace EdgeCache.Http.AccessLog;

/// <summary>Takes one line with its line feed, at once and without waiting; false when it was dropped. Called from many threads.</summary>
public delegate bool AccessSink(ReadOnlySpan<byte> line);

/// <summary>How a line is written.</summary>
public enum AccessLogFormat
{
    /// <summary>The combined format of web servers, then seconds, the cache status, the host and the node.</summary>
    Combined,

    /// <summary>One JSON object.</summary>
    Json,
}
