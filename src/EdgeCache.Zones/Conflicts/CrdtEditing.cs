using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>What an edit or a delete makes of a merging record. Pure: a refusal is a text that says why.</summary>
internal static class CrdtEditing
{
    /// <summary>Most elements or keys of a record.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>
    /// The state that a stored one stands for; null when there is none, or when it is a value from before the zone had merging records that cannot become one.
    /// </summary>
    public static CrdtState? Of(Record? state, out string? fault)
    {
        fault = null;
        if (state is null)
        {
            return null;
        }

        if (RecordContext.TryReadCrdt(state, out var crdt))
        {
            return crdt;
        }

        var actor = RecordContext.PlainActor(state.Version);
        var empty = new CrdtState { Key = state.Key, Kind = CrdtKind.Set, Version = state.Version, Ttl = state.Ttl, Tags = state.Tags };
        if (state.IsDeleted)
        {
            return empty;
        }

        if (!CrdtEdit.TryWhole(state.Value.Span, state.Key.IsDns, out var whole, out fault))
        {
            return null;
        }

        _ = TryApply(empty, whole, new DotSource(actor, state.Version.Clock), state.Version, out var made, out fault);
        return made;
    }

    /// <summary>Applies an edit of a writer whose stamp is <paramref name="version"/>.</summary>
    public static bool TryApply(
        CrdtState current, CrdtEdit edit, DotSource source, RecordVersion version, [NotNullWhen(true)] out CrdtState? next, [NotNullWhen(false)] out string? error)
    {
        next = null;
        var isNew = current.Vector.Count == 0;
        var kind = edit.Increment is not null ? CrdtKind.Counter : edit.Set is not null ? CrdtKind.Map : edit.Add is not null ? CrdtKind.Set : isNew ? CrdtKind.Set : current.Kind;
        if (!isNew && kind != current.Kind)
        {
            error = $"{current.Key} is a {current.Kind.ToString().ToLowerInvariant()}, which that edit does not fit";
            return false;
        }

        if (current.Key.IsDns && kind != CrdtKind.Set)
        {
            error = $"{current.Key} is a set of lines: add and remove";
            return false;
        }

        var dot = source.Next(current.Vector);
        var stamped = current with { Kind = kind, Version = version, Vector = current.Vector.With(dot), Alive = DotCells.Of(dot, new Cell(version.Clock, version.Origin, "")) };
        if (kind == CrdtKind.Counter)
        {
            var step = (Int128)edit.Increment!.Value - (edit.IsWhole ? current.Number : 0); // not null: it made the kind
            return TryCount(stamped, step, dot.Actor, out next, out error);
        }

        var wanted = edit.Set ?? (edit.Add ?? []).ToHashSet(StringComparer.Ordinal).ToDictionary(e => e, _ => "", StringComparer.Ordinal);
        var entries = stamped.Entries.ToBuilder();
        entries.RemoveRange(edit.IsWhole ? [.. current.Entries.Keys.Where(k => !wanted.ContainsKey(k))] : edit.Remove ?? []);
        foreach (var (key, value) in wanted)
        {
            entries[key] = DotCells.Of(dot, new Cell(version.Clock, version.Origin, value));
        }

        error = entries.Count > MaxEntries ? $"{current.Key} would have {entries.Count} entries; at most {MaxEntries}" : null;
        next = stamped with { Entries = entries.ToImmutable() };
        return error is null;
    }

    /// <summary>A delete: what was seen goes, an edit that it did not know stays.</summary>
    public static CrdtState Clear(CrdtState current, RecordVersion version)
    {
        var cleared = current.Tallies.ToBuilder();
        foreach (var (actor, tally) in current.Tallies)
        {
            cleared[actor] = tally.Cleared();
        }

        return current with { Version = version, Alive = DotCells.None, Tallies = cleared.ToImmutable(), Entries = current.Entries.Clear() };
    }

    private static bool TryCount(CrdtState state, Int128 step, string actor, [NotNullWhen(true)] out CrdtState? next, [NotNullWhen(false)] out string? error)
    {
        next = null;
        var value = state.Number + step;
        var tally = state.Tallies.GetValueOrDefault(actor);
        var isFull = (step > 0 ? tally.Added + (UInt128)step : tally.Taken + (UInt128)(-step)) > long.MaxValue;
        if (value > CrdtEdit.MaxNumber || value < -CrdtEdit.MaxNumber || isFull)
        {
            error = $"{state.Key} would leave the range of -{CrdtEdit.MaxNumber} to {CrdtEdit.MaxNumber}";
            return false;
        }

        tally = step > 0 ? tally with { Added = tally.Added + (ulong)step } : tally with { Taken = tally.Taken + (ulong)(-step) };
        next = state with { Tallies = state.Tallies.SetItem(actor, tally) };
        error = null;
        return true;
    }
}
