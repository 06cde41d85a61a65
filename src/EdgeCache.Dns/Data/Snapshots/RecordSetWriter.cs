using System.Buffers.Binary;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Snapshots;

/// <summary>
/// Appends RRsets to a message whose header and question stand already: each whole or not at all. After the first without room that the answer cannot do
/// without, no more are written and TC is due (RFC 2181 §9).
/// </summary>
internal ref struct RecordSetWriter
{
    private const int TtlOffset = 4;
    private readonly Span<byte> _buffer;

    /// <summary>For records that stand in no set.</summary>
    public WireWriter Wire;

    /// <param name="buffer">Starts with header and question, and is as long as the records may reach.</param>
    /// <param name="question">The name as it was asked.</param>
    /// <param name="questionEnd">Where the first record goes.</param>
    /// <param name="slots">Cleared room for compression.</param>
    public RecordSetWriter(Span<byte> buffer, ReadOnlySpan<byte> question, int questionEnd, Span<ushort> slots)
    {
        _buffer = buffer;
        Wire = new WireWriter(buffer, new NameCompression(slots), questionEnd);
        Wire.Note(WireLimits.HeaderLength, question);
    }

    /// <summary>Something that belongs in the answer had no room.</summary>
    public bool IsCut { get; set; }

    /// <summary>Returns the number of records written: all, or none when they have no room or the message is cut.</summary>
    /// <param name="ownerOffset">Where the owner's name stands in the message; 0 when that is not known.</param>
    /// <param name="owner">The owner's name.</param>
    /// <param name="set">The records.</param>
    /// <param name="ttl">In place of the set's own, seconds.</param>
    /// <param name="needed">Without room for it the message is cut.</param>
    public int Add(int ownerOffset, scoped ReadOnlySpan<byte> owner, RecordSet set, uint? ttl = null, bool needed = true)
    {
        int written = IsCut ? 0 : Write(ownerOffset, owner, set, ttl);
        IsCut |= needed && written == 0;
        return written;
    }

    /// <summary>An owner's name, or a pointer to it.</summary>
    public bool WriteOwner(int offset, scoped ReadOnlySpan<byte> owner) =>
        offset != 0 ? Wire.TryWriteUInt16((ushort)(WireLimits.Pointer | offset)) : Wire.TryWriteName(owner);

    private int Write(int ownerOffset, scoped ReadOnlySpan<byte> owner, RecordSet set, uint? ttl)
    {
        int start = Wire.Position;
        RdataFormat? format = HasNames(set.Type) ? Rdata.FormatOf(set.Type) : null;
        for (ReadOnlySpan<byte> rest = set.Tails; !rest.IsEmpty;)
        {
            int at = Wire.Position;
            int length = RecordSet.FixedPart + BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
            if (!WriteOwner(ownerOffset, owner) || !WriteTail(format, rest[..length], ttl))
            {
                Wire.Rewind(start);
                return 0;
            }

            ownerOffset = ownerOffset == 0 ? PlaceOfName(at) : ownerOffset;
            rest = rest[length..];
        }

        return set.Count;
    }

    /// <summary>What the next owner of the same name points to: no pointer itself, and not the root, which is shorter than a pointer.</summary>
    private readonly int PlaceOfName(int at)
    {
        int first = BinaryPrimitives.ReadUInt16BigEndian(_buffer[at..]);
        return first >= WireLimits.Pointer ? first & WireLimits.MaxPointerTarget : _buffer[at] != 0 && at <= WireLimits.MaxPointerTarget ? at : 0;
    }

    private bool WriteTail(RdataFormat? format, ReadOnlySpan<byte> tail, uint? ttl)
    {
        int at = Wire.Position;
        if (!Wire.TryWriteBytes(format is null ? tail : tail[..RecordSet.FixedPart]))
        {
            return false;
        }

        if (ttl is { } seconds)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_buffer[(at + TtlOffset)..], seconds);
        }

        if (format is null)
        {
            return true;
        }

        int data = Wire.Position;
        if (!format.TryWrite(tail[RecordSet.FixedPart..], ref Wire))
        {
            return false;
        }

        Wire.Patch(data - sizeof(ushort), (ushort)(Wire.Position - data));
        return true;
    }

    /// <summary>Types whose names are compressed on the wire, RFC 3597 §4.</summary>
    private static bool HasNames(RecordType type) =>
        type is RecordType.NS or RecordType.CNAME or RecordType.SOA or RecordType.PTR or RecordType.MX;
}
