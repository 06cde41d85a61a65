using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>What stands in front of a record's body, or comes from the entry it is in.</summary>
internal readonly record struct RecordHead(long Serial, HybridTimestamp Clock, long CommittedAt, bool IsDeleted, bool IsErased);
