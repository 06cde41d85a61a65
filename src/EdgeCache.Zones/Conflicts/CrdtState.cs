using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// The state of a merging record: a counter's tallies or a set's or map's entries, what was seen, and the writes its being there rests on. A delete takes away what it has
/// seen, so a concurrent edit stays. Immutable; <see cref="Join"/> is commutative, associative and idempotent.
/// </summary>
internal sealed record CrdtState
{
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required RecordKey Key { get; init; }

    public required CrdtKind Kind { get; init; }

    /// <summary>The last edit; it also says time to live and tags.</summary>
    public required RecordVersion Version { get; init; }

    public required int Ttl { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public VersionVector Vector { get; init; } = VersionVector.Empty;

    public DotCells Alive { get; init; } = DotCells.None;

    public ImmutableSortedDictionary<string, Tally> Tallies { get; init; } = ImmutableSortedDictionary.Create<string, Tally>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, DotCells> Entries { get; init; } = ImmutableSortedDictionary.Create<string, DotCells>(StringComparer.Ordinal);

    public Int128 Number => Tallies.Values.Aggregate((Int128)0, (sum, t) => sum + t.Value);

    /// <summary>What two stores know together.</summary>
    public CrdtState Join(CrdtState other)
    {
        var later = other.Version.WinsOver(Version) ? other : this;
        var joined = later with { Vector = Vector.Join(other.Vector), Alive = DotCells.Join(Alive, Vector, other.Alive, other.Vector) };
        if (Kind != other.Kind)
        {
            var stands = Kind > other.Kind ? this : other;
            return joined with { Kind = stands.Kind, Tallies = stands.Tallies, Entries = stands.Entries };
        }

        return joined with { Tallies = JoinTallies(other), Entries = JoinEntries(other) };
    }

    /// <summary>The state to store: the value for readers, and this as its context.</summary>
    public Record ToRecord()
    {
        var isDead = Alive.IsEmpty || (Key.IsDns && Entries.Count == 0);
        return new Record
        {
            Key = Key,
            Value = isDead ? ReadOnlyMemory<byte>.Empty : Encoding.UTF8.GetBytes(Text()),
            ContentType = Key.IsDns ? "text/plain" : "application/json",
            Ttl = Ttl,
            Tags = Tags,
            Version = Version,
            CommittedAt = 0,
            IsDeleted = isDead,
            Context = RecordContext.Write(this),
        };
    }

    private string Text() => Kind switch
    {
        CrdtKind.Counter => Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        CrdtKind.Set when Key.IsDns => string.Join('\n', Entries.Keys),
        CrdtKind.Set => JsonSerializer.Serialize(Entries.Keys, _json),
        _ => JsonSerializer.Serialize(Entries.ToDictionary(e => e.Key, e => e.Value.Value), _json),
    };

    private ImmutableSortedDictionary<string, Tally> JoinTallies(CrdtState other)
    {
        var joined = Tallies.ToBuilder();
        foreach (var (actor, tally) in other.Tallies)
        {
            joined[actor] = tally.Join(Tallies.GetValueOrDefault(actor));
        }

        return joined.ToImmutable();
    }

    private ImmutableSortedDictionary<string, DotCells> JoinEntries(CrdtState other)
    {
        var joined = ImmutableSortedDictionary.CreateBuilder<string, DotCells>(StringComparer.Ordinal);
        foreach (var key in Entries.Keys.Union(other.Entries.Keys))
        {
            var cells = DotCells.Join(Entries.GetValueOrDefault(key) ?? DotCells.None, Vector, other.Entries.GetValueOrDefault(key) ?? DotCells.None, other.Vector);
            if (!cells.IsEmpty)
            {
                joined[key] = cells;
            }
        }

        return joined.ToImmutable();
    }
}
