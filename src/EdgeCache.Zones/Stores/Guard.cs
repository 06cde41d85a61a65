using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>A precondition of one write.</summary>
public readonly record struct Guard(GuardKind Kind, long Serial = 0, HybridTimestamp Clock = default);
