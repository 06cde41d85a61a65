using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Memory;

/// <summary>What a zone was before an entry, so that the simulator can lose the entry: states of its keys, and the vector's place of its region.</summary>
internal sealed record MemoryUndo(IReadOnlyList<(RecordKey Key, Record? State)> Records, string? Region, OriginStamp? Vector);
