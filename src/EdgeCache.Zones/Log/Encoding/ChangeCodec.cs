using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>The change inside an encoded entry. A kind this program does not know is an error with words, never skipped (PROTOCOL.md, log entry).</summary>
internal static class ChangeCodec
{
    private const int RecordKind = 1;
    private const int PurgeKind = 2;
    private const int BatchKind = 3;
    private const int Deleted = 1;
    private const int OwnSerial = 2;
    private const int OwnTime = 4;
    private const int Erased = 8;

    /// <summary>Writes a change; states before and losers go into the tail.</summary>
    public static void Write(EncodedWriter writer, Change change, long serial, long committedAt)
    {
        switch (change)
        {
            case RecordChange record:
                WriteRecord(writer, record.After, serial, committedAt);
                break;
            case PurgeChange purge:
                WritePurge(writer, purge);
                break;
            case BatchChange batch:
                writer.Octet(BatchKind);
                writer.Varint(batch.Changes.Count);
                foreach (var one in batch.Changes)
                {
                    Write(writer, one, serial, committedAt);
                }

                break;
        }
    }

    public static bool TryRead(ref EncodedReader reader, long serial, long committedAt, [NotNull] ref string? error, [NotNullWhen(true)] out Change? change)
    {
        error ??= "";
        change = null;
        if (!reader.TryOctet(out var kind))
        {
            return false;
        }

        if (kind != BatchKind)
        {
            return TryReadOne(ref reader, kind, serial, committedAt, ref error, out change);
        }

        if (!reader.TryCount(out var count))
        {
            return false;
        }

        var changes = new List<Change>(Math.Min(count, BatchChange.MaxWhole));
        var pace = WholeZonePace.For(count);
        for (var i = 0; i < count; i++)
        {
            pace?.Step();
            if (!reader.TryOctet(out kind) || !TryReadOne(ref reader, kind, serial, committedAt, ref error, out var one))
            {
                return false;
            }

            changes.Add(one);
        }

        change = new BatchChange(changes);
        return true;
    }

    private static bool TryReadOne(ref EncodedReader reader, int kind, long serial, long committedAt, ref string error, [NotNullWhen(true)] out Change? change)
    {
        change = null;
        switch (kind)
        {
            case RecordKind:
                return TryReadRecord(ref reader, serial, committedAt, out change);
            case PurgeKind:
                return TryReadPurge(ref reader, out change);
            default:
                error = $"a log entry has a change of kind {kind}, which this program does not know: upgrade it";
                return false;
        }
    }

    private static void WriteRecord(EncodedWriter writer, Record state, long serial, long committedAt)
    {
        var isOwnSerial = state.Version.Serial == serial;
        var isOwnTime = state.CommittedAt == committedAt;
        writer.Octet(RecordKind);
        writer.Octet((state.IsDeleted ? Deleted : 0) | (isOwnSerial ? OwnSerial : 0) | (isOwnTime ? OwnTime : 0) | (state.IsErased ? Erased : 0));
        writer.Fixed64(state.Version.Clock.Value);
        if (!isOwnSerial)
        {
            writer.Fixed64(state.Version.Serial);
        }

        if (!isOwnTime)
        {
            writer.Fixed64(state.CommittedAt);
        }

        RecordCodec.WriteBody(writer, state);
    }

    private static bool TryReadRecord(ref EncodedReader reader, long serial, long committedAt, [NotNullWhen(true)] out Change? change)
    {
        change = null;
        if (!reader.TryOctet(out var flags)
            || !reader.TryFixed64(out ulong clock)
            || ((flags & OwnSerial) == 0 && !reader.TryFixed64(out serial))
            || ((flags & OwnTime) == 0 && !reader.TryFixed64(out committedAt))
            || !RecordCodec.TryReadBody(ref reader, new RecordHead(serial, new HybridTimestamp(clock), committedAt, (flags & Deleted) != 0, (flags & Erased) != 0), out var record))
        {
            return false;
        }

        change = new RecordChange(record, null);
        return true;
    }

    private static void WritePurge(EncodedWriter writer, PurgeChange purge)
    {
        writer.Octet(PurgeKind);
        writer.Octet((int)purge.Mode);
        writer.Varint(purge.SettleMilliseconds);
        writer.Varint(purge.Selectors.Count);
        foreach (var selector in purge.Selectors)
        {
            writer.Octet((int)selector.Kind);
            writer.Text(selector.Value);
            writer.Text(selector.Type);
        }
    }

    private static bool TryReadPurge(ref EncodedReader reader, [NotNullWhen(true)] out Change? change)
    {
        change = null;
        if (!reader.TryOctet(out var mode)
            || mode > (int)PurgeMode.Hard
            || !reader.TryVarint(out var settle)
            || settle > PurgeChange.MaxSettle
            || !reader.TryCount(out var count))
        {
            return false;
        }

        var selectors = new Selector[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryOctet(out var kind) || kind > (int)SelectorKind.Subtree || !reader.TryText(out var value) || !reader.TryText(out var type))
            {
                return false;
            }

            selectors[i] = new Selector((SelectorKind)kind, value, type);
        }

        change = new PurgeChange(selectors, (PurgeMode)mode, (int)settle);
        return true;
    }
}
