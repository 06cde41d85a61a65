namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// One write of one record: the actor that took it and a number that only grows there (<see cref="DotSource"/>). No two writes have the same, whatever a store forgets. Ordered by
/// actor (ordinal), then number.
/// </summary>
internal readonly record struct Dot(string Actor, ulong Number) : IComparable<Dot>
{
    /// <inheritdoc/>
    public int CompareTo(Dot other) => string.CompareOrdinal(Actor, other.Actor) is var c && c != 0 ? c : Number.CompareTo(other.Number);
}
