using System.Collections.Immutable;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// The concurrent values of a record with what they have seen: a set of dotted values under one version vector. A value that somebody has seen and that is not there was
/// replaced knowingly; so there are never more values than writes that did not know each other. A tombstone is a value too. Immutable; <see cref="Join"/> is commutative,
/// associative and idempotent.
/// </summary>
internal sealed record SiblingSet(VersionVector Vector, ImmutableSortedDictionary<Dot, Record> Values)
{
    /// <summary>Most concurrent values that writes of one store may leave.</summary>
    public const int MaxValues = 64;

    /// <summary>Most bytes that they may have together.</summary>
    public const int MaxBytes = 4 * Record.MaxValueLength;

    private static readonly ImmutableSortedDictionary<Dot, Record> _none = ImmutableSortedDictionary<Dot, Record>.Empty;

    public static SiblingSet Empty { get; } = new(VersionVector.Empty, _none);

    /// <summary>The set that a stored state stands for. A state from before the zone kept siblings is one value, with the same dot everywhere.</summary>
    public static SiblingSet Of(Record? state)
    {
        if (state is null)
        {
            return Empty;
        }

        if (RecordContext.TryReadSiblings(state, out var set))
        {
            return set;
        }

        var dot = new Dot(RecordContext.PlainActor(state.Version), state.Version.Clock.Value);
        return new SiblingSet(VersionVector.Empty.With(dot), _none.Add(dot, Bare(state)));
    }

    /// <summary>A write that knows what <paramref name="seen"/> names: it replaces that, and stands beside the rest.</summary>
    public SiblingSet Update(VersionVector seen, Record state, DotSource source)
    {
        var vector = Vector.Join(seen);
        var dot = source.Next(vector);
        return new SiblingSet(vector.With(dot), _none.AddRange(Values.Where(v => !seen.Covers(v.Key))).Add(dot, Bare(state)));
    }

    /// <summary>What two stores know together.</summary>
    public SiblingSet Join(SiblingSet other)
    {
        var mine = Values.Where(v => other.Values.ContainsKey(v.Key) || !other.Vector.Covers(v.Key));
        var theirs = other.Values.Where(v => !Values.ContainsKey(v.Key) && !Vector.Covers(v.Key));
        return new SiblingSet(Vector.Join(other.Vector), _none.AddRange(mine).AddRange(theirs));
    }

    /// <summary>The values that are no tombstones, last writer first.</summary>
    public IReadOnlyList<Record> Live() => [.. Ranked(Values.Values.Where(v => !v.IsDeleted))];

    /// <summary>The state to store: the last writer's value for whoever wants one, a tombstone when nothing lives, and the set as its context.</summary>
    public Record ToRecord()
    {
        var first = Live() is [var live, ..] ? live : Ranked(Values.Values).First();
        return first with { Context = RecordContext.Write(this) };
    }

    private static IOrderedEnumerable<Record> Ranked(IEnumerable<Record> values) =>
        values.OrderByDescending(v => v.Version.Clock.Value).ThenByDescending(v => v.Version.Origin, StringComparer.Ordinal).ThenByDescending(v => v.Version.Serial);

    /// <summary>The commit time is each store's own, so it stays out of what stores must agree on.</summary>
    private static Record Bare(Record state) => state with { Context = ReadOnlyMemory<byte>.Empty, CommittedAt = 0 };
}
