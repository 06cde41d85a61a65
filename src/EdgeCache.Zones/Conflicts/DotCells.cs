using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>What one write said of one thing: the value, and who said it when, for choosing among concurrent ones.</summary>
internal readonly record struct Cell(HybridTimestamp Clock, string Origin, string Value);

/// <summary>
/// The writes that one thing (an element of a set, a key of a map, a record's being there) rests on, none of which knew another. It is there while one is; removing takes
/// away those that were seen, so a concurrent write stays (observed-remove). Immutable.
/// </summary>
internal sealed record DotCells(ImmutableSortedDictionary<Dot, Cell> Cells)
{
    /// <summary>Most concurrent writes of one thing that are read back.</summary>
    private const int MaxCells = 4_096;

    public static DotCells None { get; } = new(ImmutableSortedDictionary<Dot, Cell>.Empty);

    public bool IsEmpty => Cells.Count == 0;

    /// <summary>The last writer's value; only of one that is there.</summary>
    public string Value => Cells.Values
        .OrderByDescending(c => c.Clock.Value).ThenByDescending(c => c.Origin, StringComparer.Ordinal).ThenByDescending(c => c.Value, StringComparer.Ordinal).First().Value;

    public static DotCells Of(Dot dot, Cell cell) => new(None.Cells.Add(dot, cell));

    /// <summary>What is left of both sides when each says what it has seen.</summary>
    public static DotCells Join(DotCells mine, VersionVector seenByMe, DotCells theirs, VersionVector seenByThem)
    {
        var kept = mine.Cells.Where(c => theirs.Cells.ContainsKey(c.Key) || !seenByThem.Covers(c.Key));
        var added = theirs.Cells.Where(c => !mine.Cells.ContainsKey(c.Key) && !seenByMe.Covers(c.Key));
        return new DotCells(None.Cells.AddRange(kept).AddRange(added));
    }

    public static void WriteDot(EncodedWriter writer, Dot dot)
    {
        writer.Text(dot.Actor);
        writer.Fixed64(dot.Number);
    }

    public static bool TryReadDot(ref EncodedReader reader, out Dot dot)
    {
        dot = default;
        if (!reader.TryText(out var actor) || !reader.TryFixed64(out ulong number))
        {
            return false;
        }

        dot = new Dot(actor, number);
        return true;
    }

    public void Write(EncodedWriter writer)
    {
        writer.Varint(Cells.Count);
        foreach (var (dot, cell) in Cells)
        {
            WriteDot(writer, dot);
            writer.Fixed64(cell.Clock.Value);
            writer.Text(cell.Origin);
            writer.Text(cell.Value);
        }
    }

    public static bool TryRead(ref EncodedReader reader, [NotNullWhen(true)] out DotCells? cells)
    {
        cells = null;
        if (!reader.TryCount(out var count) || count > MaxCells)
        {
            return false;
        }

        var read = ImmutableSortedDictionary.CreateBuilder<Dot, Cell>();
        for (var i = 0; i < count; i++)
        {
            if (!TryReadDot(ref reader, out var dot) || !reader.TryFixed64(out ulong clock) || !reader.TryText(out var origin) || !reader.TryText(out var value)
                || !read.TryAdd(dot, new Cell(new HybridTimestamp(clock), origin, value)))
            {
                return false;
            }
        }

        cells = new DotCells(read.ToImmutable());
        return true;
    }
}
