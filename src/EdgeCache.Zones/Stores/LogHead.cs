using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Stores;

/// <summary>Where a zone's log stands: what the next entry continues.</summary>
internal readonly record struct LogHead(Epoch Epoch, long Serial, ulong Nonce, uint SoaSerial);
