using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// <see cref="Record.Context"/> as stored: a kind (1 siblings, 2 crdt), then its state. Equal states have equal bytes, whatever led to them, so stores compare digests.
/// Foreign bytes never throw.
/// </summary>
internal static class RecordContext
{
    private const int Siblings = 1;
    private const int Crdt = 2;
    private const int MaxStored = 4_096;

    /// <summary>The actor that stands for a value written before its zone had a merging rule.</summary>
    public static string PlainActor(RecordVersion version) => $"~{version.Origin}";

    public static ReadOnlyMemory<byte> Write(SiblingSet set)
    {
        var writer = new EncodedWriter();
        writer.Octet(Siblings);
        set.Vector.Write(writer);
        writer.Varint(set.Values.Count);
        foreach (var (dot, value) in set.Values)
        {
            DotCells.WriteDot(writer, dot);
            RecordCodec.Write(writer, value);
        }

        return writer.Written;
    }

    public static bool TryReadSiblings(Record state, [NotNullWhen(true)] out SiblingSet? set)
    {
        set = null;
        var reader = new EncodedReader(state.Context.Span);
        if (!reader.TryOctet(out var kind) || kind != Siblings || !VersionVector.TryRead(ref reader, out var vector) || !reader.TryCount(out var count)
            || count is 0 or > MaxStored)
        {
            return false;
        }

        var values = ImmutableSortedDictionary.CreateBuilder<Dot, Record>();
        for (var i = 0; i < count; i++)
        {
            if (!DotCells.TryReadDot(ref reader, out var dot) || !RecordCodec.TryRead(ref reader, out var value, out _) || value.Key != state.Key
                || !values.TryAdd(dot, value))
            {
                return false;
            }
        }

        set = new SiblingSet(vector, values.ToImmutable());
        return reader.Left == 0;
    }

    public static ReadOnlyMemory<byte> Write(CrdtState state)
    {
        var writer = new EncodedWriter();
        writer.Octet(Crdt);
        CrdtCodec.Write(writer, state);
        return writer.Written;
    }

    public static bool TryReadCrdt(Record state, [NotNullWhen(true)] out CrdtState? crdt)
    {
        crdt = null;
        var reader = new EncodedReader(state.Context.Span);
        return reader.TryOctet(out var kind) && kind == Crdt && CrdtCodec.TryRead(ref reader, state, out crdt) && reader.Left == 0;
    }
}
