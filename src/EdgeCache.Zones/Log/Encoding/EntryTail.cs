using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>What only the commit knows of each record change: the state it replaced, and why it lost.</summary>
internal static class EntryTail
{
    private const int HasBefore = 1;
    private const int HasLoser = 2;

    public static void Write(EncodedWriter writer, Change change)
    {
        foreach (var one in change is BatchChange batch ? batch.Changes : [change])
        {
            if (one is not RecordChange record)
            {
                continue;
            }

            writer.Octet((record.Before is null ? 0 : HasBefore) | (record.Loser is null ? 0 : HasLoser));
            if (record.Before is { } before)
            {
                var length = writer.BeginLength();
                RecordCodec.Write(writer, before);
                writer.EndLength(length);
            }

            if (record.Loser is { } loser)
            {
                writer.Text(loser);
            }
        }
    }

    public static bool TryRead(ref EncodedReader reader, ref Change change, ref string error)
    {
        if (change is not BatchChange batch)
        {
            return TryReadOne(ref reader, ref change, ref error);
        }

        var changes = batch.Changes.ToArray();
        foreach (ref var one in changes.AsSpan())
        {
            if (!TryReadOne(ref reader, ref one, ref error))
            {
                return false;
            }
        }

        change = new BatchChange(changes);
        return true;
    }

    private static bool TryReadOne(ref EncodedReader reader, ref Change change, ref string error)
    {
        if (change is not RecordChange record)
        {
            return true;
        }

        Record? before = null;
        string? loser = null;
        if (!reader.TryOctet(out var flags))
        {
            return false;
        }

        if ((flags & HasBefore) != 0)
        {
            if (!reader.TryFixed32(out var length) || length > int.MaxValue || !reader.TryRaw((int)length, out var encoded))
            {
                return false;
            }

            if (!RecordCodec.TryDecode(encoded, out before, out var fault))
            {
                error = fault;
                return false;
            }
        }

        if ((flags & HasLoser) != 0 && !reader.TryText(out loser))
        {
            return false;
        }

        change = flags == 0 ? record : record with { Before = before, Loser = loser };
        return true;
    }
}
