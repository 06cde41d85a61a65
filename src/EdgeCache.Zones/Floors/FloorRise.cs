using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>One floor that a log entry raises.</summary>
public readonly record struct FloorRise(Selector Selector, PurgeMode Mode);
