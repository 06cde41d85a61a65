using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>One version in a record's history. <see cref="Reason"/>: why it lost or was merged; null for a version that stood.</summary>
public sealed record HistoryItem(Record Record, string? Reason);
