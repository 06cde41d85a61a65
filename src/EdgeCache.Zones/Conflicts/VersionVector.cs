using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// What somebody has seen of a record: per actor the highest <see cref="Dot"/> (Almeida et al., "Scalable and Accurate Causality Tracking for Eventually Consistent
/// Stores", 2014). Immutable. As text it is <c>Edge-Context</c>: opaque to clients.
/// </summary>
public sealed class VersionVector
{
    /// <summary>Most actors; an origin gets a new one with each epoch of its store.</summary>
    public const int MaxActors = 256;

    /// <summary>Longest text form, characters.</summary>
    public const int MaxTextLength = 16 * 1024;

    private readonly ImmutableSortedDictionary<string, ulong> _seen;

    private VersionVector(ImmutableSortedDictionary<string, ulong> seen) => _seen = seen;

    /// <summary>Has seen nothing.</summary>
    public static VersionVector Empty { get; } = new(ImmutableSortedDictionary.Create<string, ulong>(StringComparer.Ordinal));

    /// <summary>How many actors it names.</summary>
    public int Count => _seen.Count;

    /// <summary>The latest write it knows of, by its writer's own clock: dots are at least that.</summary>
    public HybridTimestamp Latest => new(_seen.Count == 0 ? 0 : _seen.Values.Max());

    internal ulong this[string actor] => _seen.GetValueOrDefault(actor);

    /// <summary>Reads the text form; false with a reason for anything else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out VersionVector? vector, [NotNullWhen(false)] out string? error)
    {
        vector = null;
        error = "a context is the Edge-Context that a read answered, unchanged";
        if (text.Length > MaxTextLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        var reader = new EncodedReader(Base64Url.DecodeFromChars(text));
        if (!TryRead(ref reader, out vector) || reader.Left > 0)
        {
            vector = null;
            return false;
        }

        error = null;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var writer = new EncodedWriter();
        Write(writer);
        return Base64Url.EncodeToString(writer.Written.Span);
    }

    internal static bool TryRead(ref EncodedReader reader, [NotNullWhen(true)] out VersionVector? vector)
    {
        vector = null;
        if (!reader.TryCount(out var count) || count > MaxActors)
        {
            return false;
        }

        var seen = ImmutableSortedDictionary.CreateBuilder<string, ulong>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryText(out var actor) || !reader.TryFixed64(out ulong number) || !seen.TryAdd(actor, number))
            {
                return false;
            }
        }

        vector = new VersionVector(seen.ToImmutable());
        return true;
    }

    internal void Write(EncodedWriter writer)
    {
        writer.Varint(_seen.Count);
        foreach (var (actor, number) in _seen)
        {
            writer.Text(actor);
            writer.Fixed64(number);
        }
    }

    internal bool Covers(Dot dot) => this[dot.Actor] >= dot.Number;

    /// <summary>The actor with a prefix that wrote last; null when it knows none.</summary>
    internal string? LatestOf(string prefix)
    {
        string? latest = null;
        foreach (var (actor, number) in _seen)
        {
            latest = actor.StartsWith(prefix, StringComparison.Ordinal) && (latest is null || number >= _seen[latest]) ? actor : latest;
        }

        return latest;
    }

    internal VersionVector With(Dot dot) => Covers(dot) ? this : new VersionVector(_seen.SetItem(dot.Actor, dot.Number));

    internal VersionVector Join(VersionVector other)
    {
        var joined = _seen.ToBuilder();
        foreach (var (actor, number) in other._seen)
        {
            joined[actor] = Math.Max(this[actor], number);
        }

        return new VersionVector(joined.ToImmutable());
    }
}
