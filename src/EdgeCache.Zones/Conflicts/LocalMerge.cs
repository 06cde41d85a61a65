using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Conflicts;

/// <summary>A write taken here, in a zone whose records merge: it never loses; it stands beside what it did not know, or is added to it. Pure.</summary>
internal static class LocalMerge
{
    public static MergeOutcome Siblings(Record? existing, RecordWrite write, DotSource source)
    {
        var set = SiblingSet.Of(existing);
        var seen = write.Seen ?? VersionVector.Empty;
        var state = write.State with { Version = After(write.State.Version, existing) };
        var updated = set.Update(seen, state, source);
        if (updated.Values.Count > SiblingSet.MaxValues || (updated.Values.Count > 1 && updated.Values.Values.Sum(v => (long)v.Value.Length) > SiblingSet.MaxBytes))
        {
            return MergeOutcome.Refused(
                $"{state.Key} has {set.Values.Count} concurrent values; at most {SiblingSet.MaxValues}, together at most {SiblingSet.MaxBytes} bytes: resolve them with the Edge-Context of a read");
        }

        var reason = write.Reason ?? (updated.Values.Count > 1 ? HistoryReason.Sibling : set.Values.Count > 1 ? HistoryReason.Resolved : null);
        return new MergeOutcome { Standing = updated.ToRecord(), Ledger = [new HistoryItem(state, reason)] };
    }

    public static MergeOutcome Crdt(Record? existing, RecordWrite write, DotSource source)
    {
        var (key, version) = (write.State.Key, After(write.State.Version, existing));
        var current = CrdtEditing.Of(existing, out var fault)
            ?? new CrdtState { Key = key, Kind = CrdtKind.Set, Version = version, Ttl = write.State.Ttl, Tags = write.State.Tags };
        if (fault is not null)
        {
            return MergeOutcome.Refused($"{key} holds a value from before its zone had merging records: {fault}");
        }

        current = write.KeepsFields && existing is { IsDeleted: false } ? current : current with { Ttl = write.State.Ttl, Tags = write.State.Tags };
        CrdtState? next = CrdtEditing.Clear(current, version);
        if (!write.State.IsDeleted)
        {
            var edit = write.Edit;
            if ((edit is null && !CrdtEdit.TryWhole(write.State.Value.Span, key.IsDns, out edit, out fault)) || !CrdtEditing.TryApply(current, edit!, source, version, out next, out fault))
            {
                return MergeOutcome.Refused(fault!); // one of the two said why
            }
        }

        var state = next.ToRecord();
        return state.Value.Length > Record.MaxValueLength
            ? MergeOutcome.Refused($"{key} would have {state.Value.Length} bytes; at most {Record.MaxValueLength}")
            : new MergeOutcome { Standing = state, Ledger = [new HistoryItem(state, write.Reason)] };
    }

    /// <summary>A write is made on top of what stands, so it is stamped later than that, however slow its writer's clock is.</summary>
    private static RecordVersion After(RecordVersion version, Record? existing) =>
        existing is null || version.Clock > existing.Version.Clock ? version : version with { Clock = existing.Version.Clock.Next() };
}
