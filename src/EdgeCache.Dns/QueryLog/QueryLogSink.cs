namespace EdgeCache.Dns.QueryLog;

/// <summary>Takes one line with its line feed, at once and without waiting; false when it was dropped. Called from many threads.</summary>
public delegate bool QueryLogSink(ReadOnlySpan<byte> line);
