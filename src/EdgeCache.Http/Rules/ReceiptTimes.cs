namespace EdgeCache.Http.Rules;

/// <summary>When a response was asked for and received: milliseconds of the caller's monotone clock, and the Unix second of receipt by the wall clock.</summary>
internal readonly record struct ReceiptTimes(long RequestedAt, long ReceivedAt, long ReceivedSeconds);
