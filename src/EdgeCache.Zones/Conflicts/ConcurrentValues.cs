using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// What a reader gets of a record whose zone keeps siblings: every value that no other writer replaced knowingly, the last writer's first, and the context that a write
/// sends back to say that it knows them all. Immutable.
/// </summary>
public sealed record ConcurrentValues(IReadOnlyList<Record> Values, VersionVector Context)
{
    /// <summary>Of a state; null when it keeps no siblings.</summary>
    public static ConcurrentValues? Of(Record state) =>
        state.Context.Length > 0 && RecordContext.TryReadSiblings(state, out var set) ? new ConcurrentValues(set.Live(), set.Vector) : null;

    /// <summary>True when readers must choose.</summary>
    public bool IsContested => Values.Count > 1;
}
