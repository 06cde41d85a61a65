using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// A merging record's state as bytes: <c>kind 1 | vector | alive | tallies | entries</c>. Version, time to live and tags are the record's. Foreign bytes never throw.
/// </summary>
internal static class CrdtCodec
{
    public static void Write(EncodedWriter writer, CrdtState state)
    {
        writer.Octet((int)state.Kind);
        state.Vector.Write(writer);
        state.Alive.Write(writer);
        writer.Varint(state.Tallies.Count);
        foreach (var (actor, tally) in state.Tallies)
        {
            writer.Text(actor);
            writer.Fixed64(tally.Added);
            writer.Fixed64(tally.Taken);
            writer.Fixed64(tally.AddedBefore);
            writer.Fixed64(tally.TakenBefore);
        }

        writer.Varint(state.Entries.Count);
        foreach (var (key, cells) in state.Entries)
        {
            writer.Text(key);
            cells.Write(writer);
        }
    }

    public static bool TryRead(ref EncodedReader reader, Record record, [NotNullWhen(true)] out CrdtState? state)
    {
        state = null;
        if (!reader.TryOctet(out var kind) || kind is < (int)CrdtKind.Counter or > (int)CrdtKind.Map
            || !VersionVector.TryRead(ref reader, out var vector)
            || !DotCells.TryRead(ref reader, out var alive)
            || !TryReadTallies(ref reader, out var tallies)
            || !TryReadEntries(ref reader, out var entries))
        {
            return false;
        }

        state = new CrdtState
        {
            Key = record.Key,
            Kind = (CrdtKind)kind,
            Version = record.Version,
            Ttl = record.Ttl,
            Tags = record.Tags,
            Vector = vector,
            Alive = alive,
            Tallies = tallies,
            Entries = entries,
        };
        return true;
    }

    private static bool TryReadTallies(ref EncodedReader reader, [NotNullWhen(true)] out ImmutableSortedDictionary<string, Tally>? tallies)
    {
        tallies = null;
        if (!reader.TryCount(out var count) || count > VersionVector.MaxActors)
        {
            return false;
        }

        var read = ImmutableSortedDictionary.CreateBuilder<string, Tally>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryText(out var actor) || !reader.TryFixed64(out ulong added) || !reader.TryFixed64(out ulong taken)
                || !reader.TryFixed64(out ulong addedBefore) || !reader.TryFixed64(out ulong takenBefore)
                || !read.TryAdd(actor, new Tally(added, taken, addedBefore, takenBefore)))
            {
                return false;
            }
        }

        tallies = read.ToImmutable();
        return true;
    }

    private static bool TryReadEntries(ref EncodedReader reader, [NotNullWhen(true)] out ImmutableSortedDictionary<string, DotCells>? entries)
    {
        entries = null;
        if (!reader.TryCount(out var count))
        {
            return false;
        }

        var read = ImmutableSortedDictionary.CreateBuilder<string, DotCells>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryText(out var key) || !DotCells.TryRead(ref reader, out var cells) || cells.IsEmpty || !read.TryAdd(key, cells))
            {
                return false;
            }
        }

        entries = read.ToImmutable();
        return true;
    }
}
