namespace EdgeCache.Zones.Log;

/// <summary>Where an entry was first committed (PLANE.md 25): region, and the epoch and serial it has there. Kept by every later commit in another region.</summary>
public readonly record struct OriginStamp(string Region, Epoch Epoch, long Serial);
