using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// How late a state from elsewhere claims to be, in everything that decides by time: its version, the concurrent values and cells in its context, and the writes it says it has seen, whose numbers are clocks too. One
/// that is far ahead would win, or cover what is written here, for ever. Pure.
/// </summary>
internal static class ForeignClock
{
    /// <summary>The latest time that a state claims.</summary>
    public static HybridTimestamp Of(Record state)
    {
        var latest = state.Version.Clock;
        if (state.Context.IsEmpty)
        {
            return latest;
        }

        if (RecordContext.TryReadSiblings(state, out var siblings))
        {
            return Latest([latest, siblings.Vector.Latest, .. siblings.Values.Select(v => v.Value.Version.Clock), .. siblings.Values.Select(v => new HybridTimestamp(v.Key.Number))]);
        }

        return RecordContext.TryReadCrdt(state, out var crdt)
            ? Latest([latest, crdt.Vector.Latest, .. crdt.Entries.Values.Append(crdt.Alive).SelectMany(c => c.Cells).SelectMany(c => new[] { c.Value.Clock, new HybridTimestamp(c.Key.Number) })])
            : latest;
    }

    private static HybridTimestamp Latest(IEnumerable<HybridTimestamp> times) => times.Aggregate((one, other) => other > one ? other : one);
}
