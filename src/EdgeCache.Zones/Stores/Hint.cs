using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>"Zone is at serial n": maybe with the entry itself (≤ 1 KiB encoded).</summary>
public sealed record Hint(ZoneName Zone, Epoch Epoch, long Serial, LogEntry? Entry);
