namespace EdgeCache.Zones.Conflicts;

/// <summary>What a merging record is; the first edit decides. Between two that were begun concurrently as different kinds the later in this list stands.</summary>
internal enum CrdtKind
{
    /// <summary>A whole number that is added to (pn-counter).</summary>
    Counter = 1,

    /// <summary>Texts without order; of a concurrent add and remove the add stands (or-set).</summary>
    Set = 2,

    /// <summary>Texts by key, the last writer's per key; of a concurrent set and remove the set stands (lww-map).</summary>
    Map = 3,
}
